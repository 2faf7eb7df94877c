"""What the world leaves to moto."""

from __future__ import annotations


class ElsewhereError(Exception):
    """The call is about something that isn't in the world: moto answers it."""
