"""Checks that users request, one per file, found by their files. Plug-ins' checks come last."""
