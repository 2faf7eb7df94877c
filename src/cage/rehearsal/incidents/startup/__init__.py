"""Incidents of how the new revision's containers start."""
