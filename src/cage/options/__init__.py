"""Settings: every one is declared once, and what a command does comes of them alone."""
