"""What other people do meanwhile."""
