"""Reports: each file declares one, a sink for events."""
