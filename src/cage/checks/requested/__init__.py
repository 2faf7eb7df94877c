"""Checks that users request: one file each, found by it. A plug-in's come after them."""
