"""The process that runs the rollout is killed, and the rollout is resumed.

Source: signal(7): SIGKILL can't be caught, and the out-of-memory killer sends it.
"""

from __future__ import annotations

import functools

from cage.model.events import Step
from cage.rehearsal.incidents.health import crash_after_promotion
from cage.rehearsal.incidents.incident import PROMOTED, ROLLED_BACK, Incident
from cage.rehearsal.incidents.triggers import both, killed_at, killed_in

_incident = functools.partial(Incident, family="operator", right=PROMOTED, order=2)
_NOTHING = frozenset({"NothingToDo"})

INCIDENTS = (
    _incident(
        name="killed-at-register",
        summary="the process is killed before it registers the revision, and resumed",
        why="nothing was begun, so there is nothing to resume",
        right=_NOTHING,
        arm=killed_in(Step.REGISTER),
    ),
    _incident(
        name="killed-at-start",
        summary="the process is killed before the canary starts, and resumed",
        why="a new revision on its own is harmless and isn't a rollout",
        right=_NOTHING,
        arm=killed_in(Step.START),
    ),
    _incident(
        name="killed-before-promotion",
        summary="the process is killed during the checks, and resumed",
        why="the revision that it registered is checked again, and promoted",
        arm=killed_at("DescribeTasks", after="RegisterTaskDefinition"),
    ),
    _incident(
        name="killed-at-promotion",
        summary="the process is killed before the update, and resumed",
        why="the revision is checked again, and promoted",
        arm=killed_in(Step.PROMOTE),
    ),
    _incident(
        name="killed-after-promotion",
        summary="the process is killed after the update, and resumed",
        why="its deployment is followed to the end, and its canary removed",
        arm=killed_at("DescribeServices", after="UpdateService"),
    ),
    _incident(
        name="killed-at-rollback",
        summary="the new tasks crash; the process is killed during the rollback, and resumed",
        why="the rollback is followed to its end",
        right=ROLLED_BACK,
        arm=both(crash_after_promotion.INCIDENT.arm, killed_in(Step.ROLL_BACK)),
        inapplicable=crash_after_promotion.INCIDENT.inapplicable,
        hurts_running_tasks=True,
    ),
)
