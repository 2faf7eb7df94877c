"""Settings: each is declared once, and becomes flags, variables, keys, schemas and pages."""
