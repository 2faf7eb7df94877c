"""The commands: one file each, found by it. A plug-in's come after them.

A file imports nothing heavy at its top: every command's help imports all of them.
"""
