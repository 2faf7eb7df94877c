"""Change the service, and confirm the result."""
