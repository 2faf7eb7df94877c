"""Someone decides about the rollout from elsewhere, or no one does.

Source: decision 0004 of this project: decisions about a rollout are tags of its canary task.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from cage.rehearsal.incidents.conditions import needs_approval
from cage.rehearsal.incidents.effects import canary_of, decide
from cage.rehearsal.incidents.incident import ABORTED, PROMOTED, Incident
from cage.rehearsal.incidents.triggers import on_call, unapproved
from cage.rehearsal.stage import Stage
from cage.runtime.decisions import Word

_incident = functools.partial(Incident, family="people", order=5)
_approval = functools.partial(_incident, inapplicable=needs_approval)


def _decide(*words: Word) -> Callable[[Stage], None]:
    def do(stage: Stage) -> None:
        for word in words:
            decide(stage, word)

    return do


def _abort_at_once(stage: Stage) -> None:
    for task in canary_of(stage):
        task.plan.visible_s = 0.0
    decide(stage, Word.ABORT)


def _nobody_decides(stage: Stage) -> None:
    stage.approves_after_s = None


INCIDENTS = (
    _incident(
        name="somebody-aborts",
        summary="someone aborts the rollout while the canary is checked",
        why="the rollout obeys, and the service stays untouched",
        right=ABORTED,
        arm=on_call(("DescribeTasks",), _abort_at_once, times=1),
    ),
    _approval(
        name="somebody-approves",
        summary="someone approves the rollout that waits for approval",
        why="that is what it waits for",
        right=PROMOTED,
        arm=unapproved(_decide(Word.PROMOTE)),
    ),
    _approval(
        name="somebody-disapproves",
        summary="someone aborts the rollout that waits for approval",
        why="the service hasn't been changed yet, and stays so",
        right=ABORTED,
        arm=unapproved(_decide(Word.ABORT)),
    ),
    _approval(
        name="two-disagree",
        summary="one person approves the rollout and another aborts it",
        why="an abort wins, because an update can be made later",
        right=ABORTED,
        arm=unapproved(_decide(Word.PROMOTE, Word.ABORT, Word.PROMOTE)),
    ),
    _approval(
        name="nobody-decides",
        summary="no one decides about the rollout that waits for approval",
        why="silence is not approval",
        right=ABORTED,
        arm=_nobody_decides,
    ),
)
