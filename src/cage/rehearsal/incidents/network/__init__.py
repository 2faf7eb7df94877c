"""Incidents of how the tasks are reached, and of what they can reach."""
