"""Someone decides about the rollout from elsewhere, or no one does.

Source: decision 0004 of this project: decisions about a rollout are tags of its canary task.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from cage.canary import decision_tags
from cage.rehearsal.incidents.conditions import needs_approval
from cage.rehearsal.incidents.effects import canary_of, decide
from cage.rehearsal.incidents.incident import ABORTED, PROMOTED, Incident
from cage.rehearsal.incidents.triggers import both, on_call, unapproved
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


def _forge(question: str) -> Callable[[Stage], None]:
    """Return an effect that writes an approval which doesn't answer the rollout's question."""

    def do(stage: Stage) -> None:
        value = decision_tags.value(stage.clients_now(), "a colleague", question)
        for task in canary_of(stage):
            if task.stopped_s is None:
                tags = [{"key": decision_tags.TAGS[Word.PROMOTE], "value": value}]
                stage.call("tag_resource", resourceArn=task.arn, tags=tags)

    return do


INCIDENTS = (
    _incident(
        name="somebody-aborts",
        summary="someone aborts the rollout while the canary is checked",
        why="the rollout obeys, and the service stays untouched",
        right=ABORTED,
        arm=on_call(("DescribeTasks",), _abort_at_once, times=1, after="RegisterTaskDefinition"),
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
        name="approval-forged",
        summary="someone writes an approval that doesn't answer the rollout's question",
        why="an approval must quote what only the waiting rollout shows",
        right=ABORTED,
        arm=unapproved(_forge("0" * 16)),
    ),
    _approval(
        name="approved-in-advance",
        summary="someone writes an approval before the rollout asks for it",
        why="no one can approve what isn't checked yet",
        right=ABORTED,
        arm=both(on_call(("DescribeTasks",), _forge(""), times=1), _nobody_decides),
    ),
    _approval(
        name="nobody-decides",
        summary="no one decides about the rollout that waits for approval",
        why="silence is not approval",
        right=ABORTED,
        arm=_nobody_decides,
    ),
)
