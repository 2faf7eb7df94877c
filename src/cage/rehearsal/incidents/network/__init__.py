"""How the tasks are reached, and what they reach."""
