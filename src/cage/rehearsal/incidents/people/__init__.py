"""Actions of other people during the rollout."""
