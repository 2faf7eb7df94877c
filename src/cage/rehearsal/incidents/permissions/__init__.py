"""Incidents of the caller's permissions and their expiry."""
