"""One person approves of the rollout, another one aborts it.

Source: decision 0004 of this project: decisions about a rollout are tags of its canary task.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_approval
from cage.rehearsal.incidents.making import Incident, decide, unapproved
from cage.rehearsal.stage import Stage
from cage.runtime.decisions import Word


def _do(stage: Stage) -> None:
    decide(stage, Word.PROMOTE)
    decide(stage, Word.ABORT)
    decide(stage, Word.PROMOTE)


INCIDENT = Incident(
    name="two-disagree",
    family="people",
    summary="one person approves of the rollout and another one aborts it",
    why="an abort wins: what isn't done can be done later",
    right=frozenset({"Aborted"}),
    arm=unapproved(_do),
    inapplicable=needs_approval,
)
