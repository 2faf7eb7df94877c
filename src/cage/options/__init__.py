"""Settings: each is declared once, and they alone determine what a command does."""
