"""Incidents of the new revision's image."""
