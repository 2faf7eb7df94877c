"""What happens to the process that rolls out."""
