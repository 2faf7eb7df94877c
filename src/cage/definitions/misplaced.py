"""Where a key belongs that its object doesn't have: by the model's structure, then by spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cage.definitions.findings import FilledText
from cage.definitions.spelling import nearest, squeezed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cage.ports.shapes import AwsShape

_FEW = 4
"""How many keys fit in a sentence."""

_DEEP = 4
_TELLING = 8
"""How many letters of a key make a longer key that begins with them a variant of it."""

_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "args": ("command",),
    "count": ("desiredCount",),
    "env": ("environment",),
    "envfile": ("environmentFiles",),
    "envvar": ("environment",),
    "instance": ("desiredCount",),
    "mount": ("mountPoints",),
    "port": ("portMappings",),
    "replica": ("desiredCount",),
    "ssm": ("secrets",),
    "ssmparameter": ("secrets",),
    "volume": ("mountPoints",),
}
"""Other tools' words, squeezed, and the keys of the AWS API for them."""

_REQUESTS: Mapping[str, str] = {
    "CreateServiceRequest": "a service",
    "RegisterTaskDefinitionRequest": "a task definition",
}


class Advice(NamedTuple):
    """The advice about a key.

    Attributes:
        remedy: How to fix it.
        meant: The key of the same object that was probably meant, if any.
    """

    remedy: str
    meant: str | None = None


class _Home(NamedTuple):
    path: str
    shape: AwsShape


def advice(key: str, shape: AwsShape, top: AwsShape, other: AwsShape | None) -> Advice:
    """Return what to do with an unknown key.

    Args:
        key: The key.
        shape: The type of the object that it is in.
        top: The type of the whole file.
        other: The type of the other file, if there is one.
    """
    if isinstance(key, FilledText):  # a guess would say something about the variable's value
        return Advice(_unknown(shape))
    if same := _same(key, shape):
        return _meant(same)
    inside = None if shape.name == top.name else _best(_homes(key, shape, shape))
    if inside:
        return Advice(_move(inside.path))
    if tail := _tail(key, shape):
        return _meant(tail)
    detail = shape.name != top.name and len(shape.members) <= _FEW
    outside = None if detail else _elsewhere(key, shape, top, other)
    if outside:
        return Advice(outside)
    if near := nearest(key, shape.members):
        return _meant(near)
    return Advice(_unknown(shape))


def _meant(key: str) -> Advice:
    return Advice(f"Did you mean {key}?", key)


def _move(path: str) -> str:
    return f"Move it: it belongs {f'in {path}' if path else 'at the top of the file'}"


def _same(key: str, shape: AwsShape) -> str | None:
    """Return the object's key that differs in letter case, underscores or number, or a synonym."""
    word = squeezed(key)
    known = {squeezed(member): member for member in shape.members}
    synonyms = (one for one in _SYNONYMS.get(word, ()) if one in shape.members)
    return known.get(word) or next(synonyms, None)


def _tail(key: str, shape: AwsShape) -> str | None:
    """Return the only key that ends with this one, or the only one that this begins with."""
    word = squeezed(key)
    ends = [one for one in shape.members if squeezed(one).endswith(word)]
    begins = [
        one for one in shape.members if len(one) >= _TELLING and word.startswith(squeezed(one))
    ]
    for found in (ends, begins):
        if len(found) == 1:
            return found[0]
    return None


def _elsewhere(key: str, here: AwsShape, top: AwsShape, other: AwsShape | None) -> str | None:
    """Return where in this file or in the other one the key belongs, if that is plain.

    The largest type counts, as a key of a container is more often meant than one of a detail. Of
    the other file only its top and its containers count.
    """
    own = [_Home("", top)] if here.name != top.name and key in top.members else []
    found = _best(iter([*own, *_homes(key, top, here)]))
    if other is None or here.name == other.name:
        return _move(found.path) if found else None
    words = _REQUESTS.get(other.name, "the other file").replace("a ", "the ", 1)
    homes = [_Home("", other)] if key in other.members else []
    homes += (one for one in _homes(key, other, here) if one.path == "containerDefinitions[]")
    best = _best(iter(homes))
    if best is None or (found and len(found.shape.members) >= len(best.shape.members)):
        return _move(found.path) if found else None
    return _move(f"{best.path} of {words}" if best.path else f"{words}'s file")


def _best(homes: Iterator[_Home]) -> _Home | None:
    """Return the home of the largest type; of several as large, the one that is least deep."""
    return max(homes, key=lambda one: (len(one.shape.members), -one.path.count(".")), default=None)


def _homes(key: str, shape: AwsShape, here: AwsShape, path: str = "") -> Iterator[_Home]:
    """Yield the objects below a type that have the key, except the one that it is in."""
    if path and shape.name != here.name and key in shape.members:
        yield _Home(path, shape)
    if path.count(".") >= _DEEP:
        return
    for name, member in shape.members.items():
        inner, step = member, name
        if inner.kind == "list":
            inner, step = inner.element, f"{name}[]"
        if inner.kind == "structure":
            yield from _homes(key, inner, here, f"{path}.{step}" if path else step)


def _unknown(shape: AwsShape) -> str:
    if shape.name.endswith("Request") or not 0 < len(shape.members) <= _FEW:
        return f"Remove it: {_named(shape)} has no such key"
    *others, last = shape.members
    known = f"{', '.join(others)} and {last}" if others else last
    return f"Remove it: {_named(shape)} has {known}"


def _named(shape: AwsShape) -> str:
    """Return the type's name for use in a sentence."""
    return _REQUESTS.get(shape.name, shape.name)
