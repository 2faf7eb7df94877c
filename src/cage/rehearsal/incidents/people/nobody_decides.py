"""Nobody decides about a rollout that waits for approval.

Source: decision 0004 of this project: decisions about a rollout are tags of its canary task.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_approval
from cage.rehearsal.incidents.making import Incident
from cage.rehearsal.stage import Stage


def _arm(stage: Stage) -> None:
    stage.approves_after_s = None


INCIDENT = Incident(
    name="nobody-decides",
    family="people",
    summary="nobody decides about the rollout that waits for approval",
    why="silence approves of nothing",
    right=frozenset({"Aborted"}),
    arm=_arm,
    inapplicable=needs_approval,
)
