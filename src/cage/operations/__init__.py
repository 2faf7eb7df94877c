"""What an operation is asked to do."""
