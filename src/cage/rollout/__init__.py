"""The operations. Read `rollout.py` first: it shows a whole rollout, top to bottom."""
