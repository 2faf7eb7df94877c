"""The canary task and the checks that run on it."""
