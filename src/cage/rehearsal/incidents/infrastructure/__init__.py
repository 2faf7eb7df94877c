"""Incidents of the infrastructure that runs the tasks."""
