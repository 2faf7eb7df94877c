"""Checks: the conditions that a task must meet before it is trusted."""
