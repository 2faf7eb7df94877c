"""Incidents that only a check can find that was asked for."""
