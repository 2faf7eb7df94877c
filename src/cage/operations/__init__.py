"""One file for each thing that a user asks for. Read `rollout.py` first."""
