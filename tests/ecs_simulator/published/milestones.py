"""When each milestone was reached in a world: the words of traces.toml, and where each is read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecs_simulator.world.engine import Happening

CALLED = "called"
"""The call, or the fault, that a trace begins with."""

_EVENTS = {
    "started": re.compile(r"^has started (\d+) tasks"),
    "registered": re.compile(r"^registered (\d+) targets"),
    "stopped": re.compile(r"^has stopped (\d+) running tasks"),
    "stopped pending": re.compile(r"^stopped (\d+) pending tasks"),
    "deregistered": re.compile(r"^deregistered (\d+) targets"),
    "draining": re.compile(r"^has begun draining connections on (\d+) tasks"),
    "unhealthy": re.compile(r"^\(task .* is unhealthy in "),
    "checks failed": re.compile(r"^\(task .* failed container health checks"),
    "unable to place": re.compile(r"^was unable to place a task"),
    "failed": re.compile(r"^\(deployment .* deployment failed:"),
    "rolling back": re.compile(r"^rolling back to deployment "),
    "completed": re.compile(r"^\(deployment .* deployment completed"),
    "steady": re.compile(r"^has reached a steady state"),
}
"""Of the service's events; a group holds how many tasks or targets one is of."""

_NOTES = {
    "target healthy": "target healthy",
    "target unhealthy": "target unhealthy",
    "target gone": "target gone",
    "activating": "task ACTIVATING",
    "running": "task RUNNING",
    "task stopped": "task STOPPED",
}
"""Of what happens in the world: the states of targets and tasks."""

VOCABULARY = frozenset({CALLED, *_EVENTS, *_NOTES})

Moments = dict[str, list[float]]
"""When each milestone was reached: once for each task or target, in seconds."""


def moments(happenings: Iterable[Happening], began_s: float) -> Moments:
    """Find the milestones since a moment."""
    found: Moments = {what: [] for what in VOCABULARY}
    found[CALLED].append(began_s)
    by_note = {note: what for what, note in _NOTES.items()}
    for happening in happenings:
        if happening.at_s < began_s:
            continue
        if happening.what == "service event":
            for what, pattern in _EVENTS.items():
                match = pattern.match(happening.who)
                if match is not None:
                    count = int(match[1]) if pattern.groups else 1
                    found[what].extend([happening.at_s] * count)
                    break
        elif happening.what in by_note:
            found[by_note[happening.what]].append(happening.at_s)
    return found
