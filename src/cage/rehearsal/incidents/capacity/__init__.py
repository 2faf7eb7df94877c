"""Incidents of capacity for tasks."""
