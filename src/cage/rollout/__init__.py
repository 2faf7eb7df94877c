"""The stories. Read `rollout.py` first: it is the whole story of a rollout, top to bottom."""
