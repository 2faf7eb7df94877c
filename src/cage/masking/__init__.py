"""What is secret, and how it stays out of everything that is told."""
