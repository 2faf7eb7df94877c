"""What RunTask and StartTask accept beyond the two files.

Source: ECS API reference, RunTask and StartTask: startedBy, clientToken, overrides, tags; Tag;
EBSTagSpecification: propagateTags, tags. ECS's texts are *unknown*, so these are texts of our own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ecs_rules.request import Shape

STARTED_BY_MOST: Mapping[str, int] = {"RunTask": 128, "StartTask": 36}
OVERRIDES_MOST = 8192
TAGS_MOST = 50

_STARTED_BY = re.compile(r"[A-Za-z0-9_/-]*")
_TOKEN = re.compile(r"[!-~]{0,64}")
_KEY_MOST, _VALUE_MOST = 128, 256
_RESERVED = "aws:"
_ECS_OWN = frozenset({"AmazonECSCreated", "AmazonECSManaged"})


def refusals(operation: str, params: Shape) -> Iterator[str]:
    """Yield why ECS refuses a request to start a task, in one sentence each.

    Args:
        operation: `RunTask` or `StartTask`.
    """
    started_by = params.get("startedBy") or ""
    most = STARTED_BY_MOST[operation]
    if len(started_by) > most or not _STARTED_BY.fullmatch(started_by):
        yield f"startedBy can have up to {most} letters, numbers, hyphens, slashes and underscores."
    token = params.get("clientToken")
    if token is not None and not _TOKEN.fullmatch(token):
        yield "clientToken can have up to 64 characters in the range of 33-126."
    overrides = params.get("overrides")
    if overrides and len(json.dumps(overrides, separators=(",", ":"))) > OVERRIDES_MOST:
        yield f"overrides can have up to {OVERRIDES_MOST} characters."
    yield from _of_few(params.get("tags") or ())
    for volume in params.get("volumeConfigurations") or ():
        managed = volume.get("managedEBSVolume") or {}
        for specification in managed.get("tagSpecifications") or ():
            if specification.get("propagateTags") == "SERVICE":
                yield "Tags can only propagate from a service to the volumes of its own tasks."
            tags = specification.get("tags") or ()
            yield from _of_few(tags)
            if any(tag.get("key") in _ECS_OWN for tag in tags):
                yield f"{' and '.join(sorted(_ECS_OWN))} are reserved tags."


def of_tags(tags: Iterable[Shape]) -> Iterator[str]:
    """Yield why ECS refuses tags, however many there are."""
    keys = [str(tag.get("key") or "") for tag in tags]
    values = [str(tag.get("value") or "") for tag in tags]
    if len(set(keys)) < len(keys):
        yield "Each tag key must be unique."
    if any(not 0 < len(key) <= _KEY_MOST for key in keys):
        yield f"A tag key has between 1 and {_KEY_MOST} characters."
    if any(len(value) > _VALUE_MOST for value in values):
        yield f"A tag value has up to {_VALUE_MOST} characters."
    if any(text.lower().startswith(_RESERVED) for text in (*keys, *values)):
        yield f"Tag keys and values that begin with {_RESERVED} are reserved for AWS."


def _of_few(tags: Sequence[Shape]) -> Iterator[str]:
    if len(tags) > TAGS_MOST:
        yield f"A resource can have {TAGS_MOST} tags at most."
    yield from of_tags(tags)
