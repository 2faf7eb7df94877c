"""The page of the events: what each is, and what its keys hold, from the dataclasses."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import re
import types
import typing
from collections.abc import Iterator
from typing import Any

from cage.model.base import kebab
from cage.model.events import SCHEMA, Event
from cage.model.events.base import BaseEvent
from docsite.markdown import code, page, prose, table

CHANGES = (
    ("`schema` is 1", "`schema` is 2"),
    ("no event names its service", "`service` in every event"),
    ("`rollout-started`", "`operation-started`; its `service` is the one of every event"),
    ("`rollout-finished`, the last line", "`operation-finished`, the line before the last"),
    ("`command-ended`", "`program-ended`"),
    ("`sweep-finished`: `taken_away`", "`sweep-finished`: `removed`"),
    ("stdout is empty after a usage error", "`ended` is the last line, whatever ends the command"),
    ("`cage verify --json` ends with a finding", "it ends with `ended`"),
)
"""What changed from schema 1 to 2."""

_FIRST = (("schema", "number", f"{SCHEMA}."), ("event", "text", "The kind, as below."))
_PLAIN = {str: "text", int: "number", float: "number", bool: "boolean"}
_ATTRIBUTE = re.compile(r"^(\w+): ", re.MULTILINE)


def pages() -> Iterator[tuple[str, str]]:
    """Yield the path and the text of the page."""
    kinds = sorted(members(Event), key=lambda kind: kebab(kind.__name__))
    yield (
        "reference/events.md",
        page(
            "Events",
            "With `--json` or `--report json`, each line is one JSON object. "
            "[Read events as JSON](../guides/json.md) shows how to use them. "
            f"This is schema {SCHEMA}. A key that is new doesn't change it; one that is renamed "
            "or removed does.",
            "The last line is always an [`ended`](#ended), even after a usage error.",
            "## Keys of every event",
            _keys(*_FIRST, of=BaseEvent),
            *_sections("Kinds", kinds),
            *_sections("Objects", sorted(parts(kinds), key=lambda kind: kebab(kind.__name__))),
            "## From schema 1 to 2",
            table(("Schema 1", "Schema 2"), CHANGES),
        ),
    )


def members(union: Any) -> list[type[Any]]:
    """Return the classes of a union, and of the unions in it."""
    found = typing.get_args(union)
    return [c for m in found for c in members(m)] if found else [union]


def parts(kinds: list[type[Any]]) -> list[type[Any]]:
    """Return the dataclasses that fields of these hold."""
    found: dict[type[Any], None] = {}
    for kind in kinds:
        for hint in typing.get_type_hints(kind).values():
            inner = [c for c in members(hint) if dataclasses.is_dataclass(c)]
            found |= dict.fromkeys([*inner, *parts(inner)])
    return list(found)


def _sections(heading: str, kinds: list[type[Any]]) -> Iterator[str]:
    yield f"## {heading}"
    for kind in kinds:
        what = inspect.cleandoc(kind.__doc__ or "").partition("\n\nAttributes:\n")[0]
        yield f"### {kebab(kind.__name__)}"
        yield prose(what)
        head = () if issubclass(kind, BaseEvent) else (("kind", "text", kebab(kind.__name__)),)
        yield _keys(*head, of=kind)


def _keys(*before: tuple[str, str, str], of: type[Any]) -> str:
    meanings = _meanings(of)
    hints = typing.get_type_hints(of)
    inherited = {f.name for f in dataclasses.fields(BaseEvent)} if of is not BaseEvent else set()
    rows = [
        (field.name, _type(hints[field.name]), meanings.get(field.name, ""))
        for field in dataclasses.fields(of)
        if field.name not in inherited
    ]
    found = [(code(name), kind, prose(meaning)) for name, kind, meaning in (*before, *rows)]
    return table(("Key", "Value", "Meaning"), found) if found else ""


def _meanings(kind: type[Any]) -> dict[str, str]:
    """Return what a class's docstring says of its attributes."""
    _, _, text = inspect.cleandoc(kind.__doc__ or "").partition("\n\nAttributes:\n")
    _, *found = _ATTRIBUTE.split(inspect.cleandoc(text))
    return {
        name: " ".join(meaning.split())
        for name, meaning in zip(found[::2], found[1::2], strict=True)
    }


def _type(hint: Any) -> str:
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) is tuple:
        return f"list of {_type(arguments[0])}"
    if arguments:
        return " or ".join("null" if part is types.NoneType else _type(part) for part in arguments)
    if issubclass(hint, enum.Enum):
        return ", ".join(code(str(member.value)) for member in hint)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        name = kebab(hint.__name__)
        return f"[{name}](#{name})"
    return _PLAIN.get(hint, "time, ISO 8601")
