"""What an incident is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from cage.rehearsal.incidents.conditions import anywhere
from cage.rehearsal.stage import Firing, Stage

FAMILIES = (
    "image",
    "startup",
    "configuration",
    "network",
    "health",
    "checks",
    "capacity",
    "permissions",
    "api",
    "people",
    "infrastructure",
    "operator",
)
"""What incidents are about, in the order in which they are listed."""

ABORTED = frozenset({"Aborted"})
PROMOTED = frozenset({"Promoted"})
ROLLED_BACK = frozenset({"RolledBack"})


@dataclasses.dataclass(frozen=True, slots=True)
class Incident:
    """Something that goes wrong during a rollout.

    Attributes:
        name: Its name on the command line.
        family: What it is about, one of `FAMILIES`.
        summary: What happens, in one line.
        why: Why the right outcome is right, in one line.
        right: The outcomes that are right, by class name, such as `Aborted`.
        arm: Lets it happen during the rollout that begins now.
        inapplicable: Returns why it can't happen to a service; None if it can.
        hurts_running_tasks: Whether it can remove healthy tasks, whatever the deploy tool does.
        others_deploy: Whether someone else changes the service in it.
        locked: Whether it is about the service's lock, which is then taken.
        order: Its place in its family, in lists and for seeds that draw; without one, the last.
    """

    name: str
    family: str
    summary: str
    why: str
    right: frozenset[str]
    arm: Callable[[Stage], object]
    inapplicable: Callable[[Stage], str | None] = anywhere
    hurts_running_tasks: bool = False
    others_deploy: bool = False
    locked: bool = False
    order: int = 99


def arm(stage: Stage, incident: Incident, happens: Callable[[], None]) -> None:
    """Let an incident happen from now on, and report each time that it does."""
    stage.firing = Firing(happens)
    incident.arm(stage)
    if not stage.firing.awaited:
        happens()
    stage.firing = Firing()
