"""Checks: what a task must answer before it is trusted."""
