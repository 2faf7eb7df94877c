"""Secrets: how cage recognizes and masks them."""
