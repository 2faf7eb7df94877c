"""The command line: one file per command, composition in one place."""
