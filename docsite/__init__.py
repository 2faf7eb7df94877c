"""Builds the pages of the documentation site that are derived from what cage declares."""
