"""A comparison for people and programs: one change per line, or one JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TextIO

from cage.masking.secrecy import MASK
from cage.model.base import listed, several
from cage.wording.harmless import harmless, harmless_json

if TYPE_CHECKING:
    from cage.comparison.diff import Comparison
    from cage.comparison.differences import Change, Differences

SCHEMA = 1
"""The version of the JSON object. A change that would break a reader raises it."""

_STYLES = {"+": "green", "-": "red", "~": "yellow"}
_TASK_DEFINITION, _SERVICE = "task definition", "service"


def write(comparison: Comparison, stream: TextIO) -> None:
    """Write the comparison as lines, in color on a terminal."""
    lines = tuple(_lines(comparison))
    if not stream.isatty():
        stream.writelines(f"{line}\n" for line in lines)
        return
    from rich.console import Console  # noqa: PLC0415  only a terminal needs it
    from rich.text import Text  # noqa: PLC0415

    console = Console(file=stream, highlight=False, soft_wrap=True)
    for line in lines:
        console.print(Text(line, style=_STYLES.get(line[:1], "")))


def record(comparison: Comparison) -> str:
    """Return the comparison as one line of JSON."""
    parts = tuple(_parts(comparison))
    return harmless_json(
        {
            "schema": SCHEMA,
            "region": comparison.region,
            "cluster": comparison.cluster,
            "service": comparison.service,
            "exists": comparison.exists,
            "revision": comparison.revision or None,
            "changes": [
                {
                    "in": name,
                    "path": change.path,
                    "sign": change.sign,
                    "old": change.old,
                    "new": change.new,
                    "filled_in": change.filled_in or None,
                }
                for name, differences in parts
                for change in differences.changes
            ],
            "notes": [note for _, differences in parts for note in differences.notes],
        }
    )


def _parts(comparison: Comparison) -> Iterator[tuple[str, Differences]]:
    yield _TASK_DEFINITION, comparison.task_definition
    if comparison.service_definition is not None:
        yield _SERVICE, comparison.service_definition


def _lines(comparison: Comparison) -> Iterator[str]:
    yield harmless(_heading(comparison))
    for name, differences in _parts(comparison):
        if differences.changes or differences.notes:
            yield f"{name[0].upper()}{name[1:]}:"
        for change in differences.changes:
            yield harmless(_line(change))
        for note in differences.notes:
            yield harmless(f"Note: {note}.")
    if comparison.service_definition is None:
        yield "Note: the service is not compared: service.json not found."
    elif comparison.exists:
        yield from _how_to_send(comparison)
    yield _sum(comparison)


def _heading(comparison: Comparison) -> str:
    name = f"Service {comparison.service}"
    where = f"in cluster {comparison.cluster}, {comparison.region}"
    if not comparison.status:
        return f"{name} not found {where}: everything will be created."
    if not comparison.exists:
        return f"{name} {where} is {comparison.status}: everything will be created again."
    state = "" if comparison.status == "ACTIVE" else f" is {comparison.status} and"
    return f"{name} {where}{state} is running {comparison.revision or 'no revision'}."


def _line(change: Change) -> str:
    head = f"{change.sign} {change.path}"
    if change.sign != "~":
        value = change.new if change.sign == "+" else change.old
        # An item that has only a name has no value to show.
        return head if value == {} else f"{head}: {_shown(value)}"
    if change.old == change.new == MASK:
        return f"{head}: {MASK} -> {MASK} (a secret, changed)"
    old, new = _shown(change.old), _shown(change.new)
    old += " (default)" if change.filled_in == "old" else ""
    new += " (default)" if change.filled_in == "new" else ""
    return f"{head}: {old} -> {new}"


def _shown(value: Any) -> str:
    return MASK if value == MASK else json.dumps(value, ensure_ascii=False)


def _how_to_send(comparison: Comparison) -> Iterator[str]:
    """Describe which changes of the service a rollout sends."""
    if comparison.sendable:
        names = listed(list(comparison.sendable))
        yield f"Note: cage rollout sends {names} only with --update-service."
    if comparison.fixed:
        names = listed(list(comparison.fixed))
        yield f"Note: no update changes {names} of a service that exists."


def _sum(comparison: Comparison) -> str:
    if not comparison.count:
        return "No changes: the files match the live service."
    parts = [
        f"{len(differences.changes)} in the {name}"
        for name, differences in _parts(comparison)
        if differences.changes
    ]
    return f"{several(comparison.count, 'change')}: {', '.join(parts)}"
