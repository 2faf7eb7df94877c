"""What the caller may do, and for how long."""
