"""Somebody aborts the rollout that waits for approval.

Source: decision 0004 of this project: decisions about a rollout are tags of its canary task.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_approval
from cage.rehearsal.incidents.making import Incident, decide, unapproved
from cage.rehearsal.stage import Stage
from cage.runtime.decisions import Word


def _do(stage: Stage) -> None:
    decide(stage, Word.ABORT)


INCIDENT = Incident(
    name="somebody-disapproves",
    family="people",
    summary="somebody aborts the rollout that waits for approval",
    why="the service hasn't been changed yet, and stays so",
    right=frozenset({"Aborted"}),
    arm=unapproved(_do),
    inapplicable=needs_approval,
)
