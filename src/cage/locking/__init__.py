"""Strictly one rollout at a time: a lease in SSM Parameter Store. See docs/decisions/0003."""
