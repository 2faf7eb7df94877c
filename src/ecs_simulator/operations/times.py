"""Virtual seconds as the timestamps that the API shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(2030, 1, 7, 9, 0, tzinfo=UTC)
"""The wall-clock time at which a world begins: a Monday morning."""


def stamp(at_s: float) -> datetime:
    """Return the wall-clock time of a virtual moment."""
    return EPOCH + timedelta(seconds=at_s)
