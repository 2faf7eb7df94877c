"""Builds the documentation site: what the pages in `docs/` don't hold, because cage declares it."""
