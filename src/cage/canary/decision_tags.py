"""Decisions about a rollout as tags of its canary task: AWS is the only state. Pure."""

from __future__ import annotations

import re
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
_FORBIDDEN = re.compile(r"[^\w\s+\-=._:/@]")
_WRITTEN = re.compile(r"(\S+)(?: by (.+))?")


def value(now: datetime, by: str) -> str:
    """Return the value of a decision's tag.

    A value has at most 256 characters: letters, digits, spaces and + - = . _ : / @
    (ECS API reference, Tag).
    """
    said = f"{now:{_STAMP}}{f' by {by}' if by else ''}"
    return _FORBIDDEN.sub("_", said)[:_LONGEST]


def decided(task: Task) -> Decision | None:
    """Return the decision in the canary's tags; an abort wins."""
    for word in (Word.ABORT, Word.PROMOTE):
        found = written(task, word)
        if found is not None:
            return found
    return None


def written(task: Task, word: Word) -> Decision | None:
    """Return this decision, if the canary's tags contain it."""
    found = _WRITTEN.fullmatch(task.tags.get(TAGS[word], ""))
    return Decision(word, by=found[2] or "", when=found[1]) if found else None


def awaited(until: datetime) -> str:
    """Return the step of a rollout that is waiting for approval."""
    return f"{_AWAITED}{until:{_STAMP}}"


def awaited_until(task: Task) -> datetime | None:
    """Return until when the canary's rollout waits for approval; None if it doesn't."""
    said = task.tags.get(STEP_TAG, "")
    return identity.moment(said.removeprefix(_AWAITED)) if said.startswith(_AWAITED) else None


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
