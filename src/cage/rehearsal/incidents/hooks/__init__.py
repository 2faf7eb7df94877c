"""Incidents about lifecycle hooks of deployments."""
