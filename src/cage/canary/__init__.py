"""The extra task and what is asked of it."""
