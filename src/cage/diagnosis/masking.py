"""Keeping the environment's values out of what is shown.

The values of a task definition's `environment` are known, and are masked wherever they
turn up. The values of `secrets` are never read, so that cage can't know them; a log line
that prints one is the application's own doing.
"""

from __future__ import annotations

from collections.abc import Iterable

from cage.model import Revision

SHORTEST = 5
"""Shorter values, as `info` or `8080`, are in every log, and give nothing away."""

MASK = "***"


def values(revision: Revision) -> tuple[str, ...]:
    """Return the environment's values that are to be masked, the longest first."""
    found = {
        str(variable.get("value") or "")
        for container in revision.raw.get("containerDefinitions") or []
        for variable in container.get("environment") or []
    }
    return tuple(sorted((v for v in found if len(v) >= SHORTEST), key=len, reverse=True))


def masked(text: str, secret: Iterable[str]) -> str:
    """Return the text with every one of the values masked."""
    for value in secret:
        text = text.replace(value, MASK)
    return text
