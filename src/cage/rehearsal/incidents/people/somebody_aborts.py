"""Somebody aborts the rollout half-way, from elsewhere.

Source: decision 0004 of this project: decisions about a rollout are tags of its canary task.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, canary_of, decide, on_call
from cage.rehearsal.stage import Stage
from cage.runtime.decisions import Word


def _do(stage: Stage) -> None:
    for task in canary_of(stage):
        task.plan.visible_s = 0.0
    decide(stage, Word.ABORT)


INCIDENT = Incident(
    name="somebody-aborts",
    family="people",
    summary="somebody aborts the rollout while the canary is checked",
    why="that is honoured, and the service stays untouched",
    right=frozenset({"Aborted"}),
    arm=on_call(("DescribeTasks",), _do, times=1),
)
