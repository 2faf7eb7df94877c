"""How a service was before a rollout changed its settings: recorded in tags of the new revision.

A process that dies takes its memory along, and no service revision holds a service's tags, its
deployment configuration or its grace period. So the rollout writes down what restores them, where
`cage resume` and `cage rollback` find it. Tags of a revision reach no task unless the service
propagates them.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence

from cage.comparison.update import Settings, Tags
from cage.context import Context, Place
from cage.model import identity
from cage.model.errors import AwsError
from cage.model.revisions import Revision
from cage.model.services import PastDeployment
from cage.model.tasks import Task
from cage.rollout.settings import KEPT_BY_ECS
from cage.runtime import clock

_VALUE_MOST = 256
"""The most characters of a tag's value (ECS API reference, Tag)."""

_NOT_SETTINGS = frozenset(
    {"cluster", "service", "taskDefinition", "forceNewDeployment", "deploymentController"}
)
"""Members of update-service's input that no record holds; one that does isn't cage's."""

_PARTS_MOST = 30
"""A resource has 50 tags at most (ECS API reference, Tag); the others are the user's."""


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """The settings of a service that a rollout changes.

    Attributes:
        rollout: The rollout's id.
        source: The service revision that the service was on; empty if unknown.
        there: The tags that the rollout sends, and the settings that ECS's own rollback leaves.
        back: The update that restores the service.
    """

    rollout: str
    source: str
    there: Settings
    back: Settings


def written(record: Record, place: Place) -> dict[str, str] | None:
    """Return a record as tags; None if it is too long for them."""
    shape = {
        "rollout": record.rollout,
        "source": record.source,
        "set": {k: v for k, v in record.there.sent.items() if k in KEPT_BY_ECS},
        "there": [dict(record.there.tags.put), list(record.there.tags.gone)],
        "sent": record.back.sent,
        "back": [dict(record.back.tags.put), list(record.back.tags.gone)],
        "launchType": record.back.launch_type,
    }
    packed = zlib.compress(json.dumps(shape, separators=(",", ":"), default=str).encode(), 9)
    text = base64.b64encode(packed).decode()
    parts = [text[at : at + _VALUE_MOST] for at in range(0, len(text), _VALUE_MOST)]
    if len(parts) > _PARTS_MOST:
        return None
    return {_key(place, number): part for number, part in enumerate(parts)}


def read(tags: Mapping[str, str], place: Place) -> Record | None:
    """Return the record that a revision's tags hold about a service; None if they hold none."""
    parts: list[str] = []
    while (part := tags.get(_key(place, len(parts)))) is not None:
        parts.append(part)
    try:
        shape = json.loads(zlib.decompress(base64.b64decode("".join(parts), validate=True)))
        if not _NOT_SETTINGS.isdisjoint(shape["sent"]):
            return None
        return Record(
            rollout=str(shape["rollout"]),
            source=str(shape["source"]),
            there=Settings(dict(shape["set"]), _tags(shape["there"])),
            back=Settings(dict(shape["sent"]), _tags(shape["back"]), str(shape["launchType"])),
        )
    except (KeyError, TypeError, ValueError, binascii.Error, zlib.error):
        return None


def left(
    revision: Revision, trace: Task, past: Sequence[PastDeployment], place: Place
) -> Record | None:
    """Return what a dead rollout recorded; None if it changed no settings.

    Args:
        revision: The rollout's revision, described with its tags.
        trace: The rollout's canary.
        past: The service's deployments, newest first.
    """
    found = read(tags_of(revision), place)
    if found is None:
        return None
    began = trace.created_at or clock.now()
    source = next((p.service_revision_arn for p in past if p.created_at < began), "")
    own = {identity.rollout_of(trace), source}
    return found if own & {found.rollout, found.source} else None


def _tags(shape: list[object]) -> Tags:
    put, gone = shape
    if not isinstance(put, dict) or not isinstance(gone, list):
        raise TypeError("not tags")
    return Tags(put, tuple(gone))


def _key(place: Place, number: int) -> str:
    """Return the key of a record's part: several services can run one revision."""
    service = f"{place.cluster.rpartition('/')[2]}/{place.name}"
    return (
        f"{identity.TAG_PREFIX}before:{hashlib.sha256(service.encode()).hexdigest()[:8]}:{number}"
    )


def tags_of(revision: Revision) -> dict[str, str]:
    """Return the tags of a revision that was described with them."""
    return {t["key"]: t.get("value") or "" for t in revision.raw.get("tags") or []}


async def keep(context: Context, revision: Revision, record: Record) -> None:
    """Write a record to the revision that the service is about to run.

    Without it the rollout can still restore everything, but `cage resume` and `cage rollback`
    can't: that is reported.
    """
    if not record.there and not record.back:
        return
    tags = written(record, context.place)
    if tags is None:
        why = "they are too long for tags"
    else:
        try:
            await context.ecs.tag(revision.arn, tags)
        except AwsError as error:
            why = error.what
        else:
            return
    context.notice(f"cage rollback couldn't restore the service's settings later: {why}")


async def find(context: Context, revision_arn: str) -> Record | None:
    """Return the record about the service that a revision holds; None if it holds none.

    Raises:
        AwsError: AWS refused to describe the revision, or didn't answer.
    """
    revision = await context.ecs.describe_revision(revision_arn, tags=True)
    return read(tags_of(revision), context.place)
