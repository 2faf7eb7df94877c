"""Decisions about a rollout as tags of its canary task: AWS is the only state. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from cage.model import identity
from cage.model.services import Service
from cage.model.tasks import Task
from cage.runtime.decisions import Decision, Word

TAGS = {Word.PROMOTE: "cage:promote", Word.ABORT: "cage:abort"}
"""One tag per decision: writing one never overwrites the other."""

STEP_TAG = "cage:step"
"""The rollout's reported step: waiting for approval, or acting on a decision."""

_AWAITED = "approval until "
_STAMP = "%Y-%m-%dT%H:%M:%SZ"
_LONGEST = 256
_QUESTION = " question "
_FORBIDDEN = re.compile(r"[^\w\s+\-=._:/@]")
_WRITTEN = re.compile(r"(\S+)(?: to ([0-9a-f]{16}))?(?: by (.+))?")


def value(now: datetime, by: str, question: str = "") -> str:
    """Return the value of a decision's tag.

    A value has at most 256 characters: letters, digits, spaces and + - = . _ : / @
    (ECS API reference, Tag).

    Args:
        question: The wait for approval that it answers; an abort needs none.
    """
    said = f"{now:{_STAMP}}{f' to {question}' if question else ''}{f' by {by}' if by else ''}"
    return _FORBIDDEN.sub("_", said)[:_LONGEST]


def decided(task: Task, question: str) -> Decision | None:
    """Return the decision in the canary's tags; an abort wins.

    Args:
        question: The wait for approval that an approval must answer; empty: none counts.
    """
    abort = written(task, Word.ABORT)
    return abort if abort is not None else written(task, Word.PROMOTE, question)


def written(task: Task, word: Word, question: str = "") -> Decision | None:
    """Return this decision, if the canary's tags contain it.

    An approval counts only if it quotes the question. So one that was written before anyone
    asked doesn't count, nor one that ECS copied from a task definition or a service.
    """
    found = _WRITTEN.fullmatch(task.tags.get(TAGS[word], ""))
    if found is None or (word is Word.PROMOTE and (not question or found[2] != question)):
        return None
    return Decision(word, by=found[3] or "", when=found[1], proven=False)


def awaited(until: datetime, question: str) -> str:
    """Return the step of a rollout that is waiting for approval."""
    return f"{_AWAITED}{until:{_STAMP}}{_QUESTION}{question}"


def awaited_until(task: Task) -> datetime | None:
    """Return until when the canary's rollout waits for approval; None if it doesn't."""
    said = task.tags.get(STEP_TAG, "")
    if not said.startswith(_AWAITED):
        return None
    return identity.moment(said.removeprefix(_AWAITED).partition(_QUESTION)[0])


def question_of(task: Task) -> str:
    """Return the question that the canary's rollout shows; empty if it doesn't wait."""
    return question_in(task.tags)


def question_in(tags: Mapping[str, str]) -> str:
    """Return the question in a canary's tags; empty if its rollout doesn't wait."""
    said = tags.get(STEP_TAG, "")
    return said.partition(_QUESTION)[2] if said.startswith(_AWAITED) else ""


def took_notice(task: Task) -> Word | None:
    """Return the decision that the canary's rollout reports acting on; None if it reports none."""
    said = task.tags.get(STEP_TAG, "")
    return Word(said) if said in set(Word) else None


def changes(task: Task, service: Service) -> str | None:
    """Return the deployment by which the canary's rollout has changed the service, if it has."""
    began = task.created_at
    for deployment in service.deployments:
        made = deployment.created_at
        if deployment.revision_arn == task.revision_arn and began and made and made >= began:
            return deployment.id
    return None
