"""Keeping the environment's values out of what is shown.

The values of a task definition's `environment` are known, and are masked wherever they
turn up. The values of `secrets` are never read, so that cage can't know them; a log line
that prints one is the application's own doing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from cage.model.base import Shape
from cage.model.revisions import Revision
from cage.model.tasks import Task

SHORTEST = 5
"""Shorter values, as `info` or `8080`, are in every log, and give nothing away."""

MASK = "***"


def values(revision: Revision) -> tuple[str, ...]:
    """Return the environment's values that are to be masked, the longest first."""
    return values_of(revision.raw)


def values_of(definition: Shape) -> tuple[str, ...]:
    """Return the same of a task definition, in the form of the API."""
    found = {
        str(variable.get("value") or "")
        for container in definition.get("containerDefinitions") or []
        for variable in container.get("environment") or []
    }
    return tuple(sorted((v for v in found if len(v) >= SHORTEST), key=len, reverse=True))


def task(found: Task, secret: Iterable[str]) -> Task:
    """Return a task whose reasons show none of the values."""
    hidden = tuple(secret)
    containers = tuple(
        dataclasses.replace(c, reason=masked(c.reason, hidden)) for c in found.containers
    )
    reason = masked(found.stopped_reason, hidden)
    return dataclasses.replace(found, stopped_reason=reason, containers=containers)


def masked(text: str, secret: Iterable[str]) -> str:
    """Return the text with every one of the values masked."""
    for value in secret:
        text = text.replace(value, MASK)
    return text
