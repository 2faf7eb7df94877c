"""What the health checks say."""
