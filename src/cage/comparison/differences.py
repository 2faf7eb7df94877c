"""Compares what is live with the files, one change at a time."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from cage.comparison.arrangement import Bag, Named, arranged
from cage.comparison.defaults import default_of, left_to_aws
from cage.comparison.live import IDENTITY
from cage.comparison.masking import masked, veiled
from cage.comparison.paths import Label, Path, path_text
from cage.comparison.reduction import reduced
from cage.masking.mask import secrets_in
from cage.masking.secrecy import MASK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cage.comparison.reading import Live
    from cage.model.base import Shape
    from cage.ports.shapes import AwsShape

_ROLES = frozenset(
    {
        ("RegisterTaskDefinitionRequest", "executionRoleArn"),
        ("RegisterTaskDefinitionRequest", "taskRoleArn"),
        ("CreateServiceRequest", "role"),
    }
)
"""Roles that the API accepts by name or by ARN (API reference of both operations)."""

_NAMESPACE = ("ServiceConnectConfiguration", "namespace")
_ABSENT: Any = object()


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """One thing that would change.

    Attributes:
        member: The request's own member that contains the change, such as `networkConfiguration`.
        path: For example `containerDefinitions[web].image`.
        sign: `+` for something only in the files, `-` for something only live, `~` for the rest.
        old: The live value, in JSON's own types, secrets masked; None where the sign is `+`.
        new: The files' value; None where the sign is `-`.
        filled_in: `old` or `new` where ECS fills in that value, as that side doesn't set it.
    """

    member: str
    path: str
    sign: str
    old: Any
    new: Any
    filled_in: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Differences:
    """The changes between what is live and a file, and what wasn't compared.

    Attributes:
        notes: Facts that are worth a line.
        uncompared: The members of the file that are not known to be live, or not to be live.
    """

    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()
    uncompared: tuple[str, ...] = ()

    @property
    def members(self) -> tuple[str, ...]:
        """The request's own members that contain changes, in the request's order."""
        return tuple(dict.fromkeys(change.member for change in self.changes))


def task_definition_differences(live: Shape, wanted: Shape, shape: AwsShape) -> Differences:
    """Compare two inputs of register-task-definition; `shape` is its type."""
    walk = _Walk(shape, wanted)
    return Differences(_veiled(walk.changes(live, wanted), wanted), tuple(walk.notes))


def service_differences(live: Live, wanted: Shape, shape: AwsShape) -> Differences:
    """Compare a live service with an input of create-service; `shape` is its type.

    The desired count isn't compared: no file changes it, as autoscaling might own it.
    """
    ignored = {*IDENTITY, *left_to_aws(wanted), "desiredCount", *live.unread}
    walk = _Walk(shape, wanted)
    old, new = (
        {key: value for key, value in side.items() if key not in ignored}
        for side in (live.input, wanted)
    )
    changes = _veiled(walk.changes(old, new), wanted)
    unread = tuple(key for key in live.unread if wanted.get(key))
    return Differences(
        changes,
        (*_service_notes(live, unread, wanted), *walk.notes),
        tuple(dict.fromkeys((*unread, *walk.uncompared))),
    )


def everything(wanted: Shape, shape: AwsShape) -> Differences:
    """Return the changes for a request with no live counterpart: each member is an addition."""
    walk = _Walk(shape, wanted, fill=False)
    return Differences(_veiled(walk.changes({}, wanted), wanted))


def _veiled(changes: Iterable[Change], wanted: Shape) -> tuple[Change, ...]:
    """Mask values that were looked up in a secret store, and their live counterparts."""
    found, hidden = tuple(changes), secrets_in(wanted)
    if not hidden:
        return found
    touched = {one.path for one in found if veiled(one.new, hidden) != one.new}
    return tuple(
        dataclasses.replace(
            one,
            path=veiled(one.path, hidden),
            old=MASK if one.path in touched and one.old is not None else veiled(one.old, hidden),
            new=veiled(one.new, hidden),
        )
        for one in found
    )


def _service_notes(live: Live, unread: Iterable[str], wanted: Shape) -> Iterator[str]:
    said, counted = wanted.get("desiredCount"), live.input.get("desiredCount")
    if said is not None and counted is not None and said != counted:
        yield (
            f"desiredCount is {counted} live and {said} in the file; only --desired-count "
            "changes it, so it isn't counted"
        )
    for key in unread:
        yield f"{key} isn't compared: {live.why}"


class _Walk:
    """One traversal of two requests of the same type.

    Args:
        top: The request from the files.
        fill: Whether to show what ECS fills in where one side has no value.
    """

    def __init__(self, shape: AwsShape, top: Shape, *, fill: bool = True) -> None:
        self._shape = shape
        self._top = top
        self._fill = fill
        self.notes: list[str] = []
        self.uncompared: list[str] = []

    def changes(self, live: Shape, wanted: Shape) -> Iterator[Change]:
        """Return the changes that lead from one request to the other."""
        old, new = (arranged(reduced(side, self._shape), self._shape) for side in (live, wanted))
        yield from self._structure(old, new, self._shape, ())

    def _structure(
        self, old: Mapping[str, Any], new: Mapping[str, Any], shape: AwsShape, path: Path
    ) -> Iterator[Change]:
        for key, member in shape.members.items():
            before, after = old.get(key, _ABSENT), new.get(key, _ABSENT)
            here = (*path, key)
            if (before is _ABSENT) is not (after is _ABSENT) and self._fill:
                default = default_of(shape.name, key, {}, self._top)
                if default is not None and not isinstance(default, list):
                    was, will = (default if v is _ABSENT else v for v in (before, after))
                    side = "old" if before is _ABSENT else "new"
                    yield _change(here, "~", was, will, filled_in=side)
                    continue
            if not self._same(shape.name, key, before, after, here):
                yield from self._value(before, after, member, here)

    def _value(self, old: Any, new: Any, shape: AwsShape, path: Path) -> Iterator[Change]:
        if old is _ABSENT and new is _ABSENT:
            return
        old, new = _empty_beside(old, new), _empty_beside(new, old)
        if old is _ABSENT:
            yield _change(path, "+", None, new)
        elif new is _ABSENT:
            yield _change(path, "-", old, None)
        elif isinstance(old, Named) and isinstance(new, Named):
            for name in [*old, *(name for name in new if name not in old)]:
                before, after = old.get(name, _ABSENT), new.get(name, _ABSENT)
                yield from self._value(before, after, shape.element, (*path, Label(name)))
        elif isinstance(old, Bag) and isinstance(new, Bag):
            yield from _bags(old, new, path)
        elif isinstance(old, dict) and isinstance(new, dict) and shape.kind == "structure":
            yield from self._structure(old, new, shape, path)
        elif not _equal(old, new):
            yield _change(path, "~", old, new)

    def _same(self, owner: str, key: str, old: Any, new: Any, path: Path) -> bool:
        """Return whether two texts identify the same thing, one of them by its ARN."""
        if not (isinstance(old, str) and isinstance(new, str)):
            return False
        if (owner, key) in _ROLES:
            return _same_role(old, new)
        if (owner, key) == _NAMESPACE and _is_arn(old) is not _is_arn(new):
            # The ARN contains the namespace's ID, not a name to compare with.
            self.uncompared.append(path[0])
            self.notes.append(
                f"{path_text(path)} isn't compared: one side is a name, the other an ARN"
            )
            return True
        return False


def _change(path: Path, sign: str, old: Any, new: Any, *, filled_in: str = "") -> Change:
    return Change(
        member=path[0],
        path=path_text(path),
        sign=sign,
        old=masked(old, path),
        new=masked(new, path),
        filled_in=filled_in,
    )


def _empty_beside(value: Any, other: Any) -> Any:
    """Return an empty collection for a missing one, to list its elements separately."""
    return type(other)() if value is _ABSENT and isinstance(other, Named | Bag) else value


def _bags(old: Bag, new: Bag, path: Path) -> Iterator[Change]:
    left, right = Counter(map(_text, old)), Counter(map(_text, new))
    for text in (left - right).elements():
        yield _change(path, "-", json.loads(text), None)
    for text in (right - left).elements():
        yield _change(path, "+", None, json.loads(text))


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _equal(old: Any, new: Any) -> bool:
    # True equals 1 in Python, but means something else in a request.
    return isinstance(old, bool) is isinstance(new, bool) and bool(old == new)


def _is_arn(text: str) -> bool:
    return text.startswith("arn:")


def _same_role(old: str, new: str) -> bool:
    """Compare roles; a short name is the ARN's last part, possibly with the role's path.

    Source: API reference, CreateService, role.
    """
    name, arn = sorted((old, new), key=_is_arn)
    if _is_arn(name) or not _is_arn(arn):
        return name == arn
    full = arn.partition(":role/")[2]
    return name.strip("/") in {full, full.rpartition("/")[2]}
