"""Time, waiting, signals, and work in the background."""
