"""What a setting is: declared once, and folded into flags, variables, keys, schemas and pages."""
