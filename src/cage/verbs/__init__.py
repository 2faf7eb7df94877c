"""The commands, one per file, found by their files. Plug-ins' commands come last.

A file imports nothing heavy at the top, because every command's help imports all files.
"""
