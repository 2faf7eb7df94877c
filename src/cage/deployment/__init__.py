"""Changing the service, and proving what became of it."""
