"""Reports: each is a sink for events, declared in a file of its own and found by it."""
