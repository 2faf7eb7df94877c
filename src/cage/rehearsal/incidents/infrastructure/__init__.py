"""What carries the tasks."""
