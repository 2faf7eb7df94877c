"""Incidents of health checks."""
