"""Incidents of the process that runs the rollout."""
