"""Traces of real services that were published, and their replay in the simulator."""
