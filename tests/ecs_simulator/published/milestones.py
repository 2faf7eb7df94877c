"""When each milestone was reached in a world: the words of traces.toml, and where each is read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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

COUNTED = frozenset(what for what, pattern in _EVENTS.items() if pattern.groups)
"""The milestones of which one event can be of several tasks or targets."""

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

_BY_NOTE = {note: what for what, note in _NOTES.items()}


class Milestone(NamedTuple):
    """A milestone that a world reached, when, and of how many tasks or targets."""

    what: str
    at_s: float
    number: int = 1


def milestones(happenings: Iterable[Happening], began_s: float) -> list[Milestone]:
    """Find the milestones since a moment."""
    found = [Milestone(CALLED, began_s)]
    for happening in happenings:
        if happening.at_s < began_s:
            continue
        if happening.what == "service event":
            found.extend(_of_event(happening))
        elif happening.what in _BY_NOTE:
            found.append(Milestone(_BY_NOTE[happening.what], happening.at_s))
    return found


def _of_event(happening: Happening) -> Iterator[Milestone]:
    for what, pattern in _EVENTS.items():
        match = pattern.match(happening.who)
        if match is not None:
            number = int(match[1]) if pattern.groups else 1
            yield Milestone(what, happening.at_s, number)
