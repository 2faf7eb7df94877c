"""Incidents that only a requested check can find."""
