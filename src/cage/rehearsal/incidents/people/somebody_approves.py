"""Somebody approves of the rollout, from elsewhere.

Source: decision 0004 of this project: decisions about a rollout are tags of its canary task.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_approval
from cage.rehearsal.incidents.making import Incident, decide, unapproved
from cage.rehearsal.stage import Stage
from cage.runtime.decisions import Word


def _do(stage: Stage) -> None:
    decide(stage, Word.PROMOTE)


INCIDENT = Incident(
    name="somebody-approves",
    family="people",
    summary="somebody approves of the rollout that waits for it",
    why="it is what they wait for",
    right=frozenset({"Promoted"}),
    arm=unapproved(_do),
    inapplicable=needs_approval,
)
