"""The definition of an incident."""

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
    "hooks",
    "infrastructure",
    "operator",
)
"""The subjects of incidents, in the order in which they are listed."""

ABORTED = frozenset({"Aborted"})
PROMOTED = frozenset({"Promoted"})
ROLLED_BACK = frozenset({"RolledBack"})


@dataclasses.dataclass(frozen=True, slots=True)
class Incident:
    """A problem during a rollout.

    Attributes:
        name: The name on the command line.
        family: The subject, one of `FAMILIES`.
        summary: The incident, in one line.
        why: Why the right outcomes are right, in one line.
        right: The right outcomes, by class name, such as `Aborted`.
        arm: Makes it happen during the rollout that begins now.
        inapplicable: Returns why it can't happen to a service; None if it can.
        hurts_running_tasks: Whether it can remove healthy tasks, whatever the deploy tool does.
        others_deploy: Whether someone else changes the service during the incident.
        locked: Whether it is about the service's lock, which is then claimed.
        order: The position in its family, in lists and for seeds; without one, the last.
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
    """Make an incident happen from now on, and report each time that it does."""
    stage.firing = Firing(happens)
    incident.arm(stage)
    if not stage.firing.awaited:
        happens()
    stage.firing = Firing()
