"""Validates a parsed file against AWS's model; returns the parameters and what is wrong.

Nothing is coerced. A finding reports each value left out of the parameters.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

from cage.definitions import blanks, forms, misplaced, remedies
from cage.definitions.findings import (
    Finding,
    KeyPath,
    Severity,
    filled,
    path_text,
    quoted,
    show,
)
from cage.definitions.limits import MAX_FINDINGS
from cage.definitions.requirements import (
    ABSENT_WHEN_EMPTY,
    FREE_TEXT,
    NEVER_EMPTY_LISTS,
    OMITTED_WHEN_EMPTY_LIST,
    OTHERWISE,
    REQUIRED_BY_ECS,
    ZERO_IS_EMPTY,
)
from cage.definitions.spelling import nearest
from cage.definitions.tree import Node, locate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cage.definitions.source import Source
    from cage.ports.shapes import AwsShape

SCHEMA_KEY = "$schema"
"""The key where editors look for a file's JSON Schema. No one else uses it, so it is dropped
silently."""

_OMIT = object()
_INTEGERS = {"integer": 2**31, "long": 2**63}


@dataclasses.dataclass(slots=True)
class CheckedFile:
    """A file after the check against the model.

    Attributes:
        source: The text as written.
        root: The tree that the paths of the findings refer to.
        parameters: The request, without what couldn't be understood.
        findings: The model's findings about the file.
        unsure: Paths of values that are wrong or unknown; rules ignore these values.
        omitted: Paths of values that are left out because they are unknown.
    """

    source: Source
    root: Node
    parameters: dict[str, Any] = dataclasses.field(default_factory=dict)
    findings: list[Finding] = dataclasses.field(default_factory=list)
    unsure: set[KeyPath] = dataclasses.field(default_factory=set)
    omitted: list[KeyPath] = dataclasses.field(default_factory=list)

    def report(
        self,
        severity: Severity,
        path: KeyPath,
        message: str,
        remedy: str = "",
        *,
        at_key: bool = False,
    ) -> None:
        """Add a finding about the value at that path."""
        place = self.source.place(locate(self.root, path, key=at_key))
        self.findings.append(Finding(severity, place, path_text(path), message, remedy))


def check(
    source: Source,
    root: Node,
    shape: AwsShape,
    read_only: frozenset[str],
    *,
    reader: str = "ECS",
    other: AwsShape | None = None,
) -> CheckedFile:
    """Check the tree against the input of an operation.

    Args:
        source: The text that the tree came from.
        root: The tree; an object.
        shape: The operation's input.
        read_only: Keys that only descriptions of existing things have; they are dropped.
        reader: Who uses the file, for messages.
        other: The input of the operation that the other file is for, if there is one.
    """
    checked = CheckedFile(source, root)
    checker = _Checker(checked, shape, reader, other)
    checker.drop_read_only(read_only)
    checked.parameters = checker.structure(root, shape, ())
    checker.warn_of_nulls()
    return checked


class _Checker:
    def __init__(
        self, checked: CheckedFile, shape: AwsShape, reader: str, other: AwsShape | None
    ) -> None:
        self._checked = checked
        self._top = shape
        self._reader = reader
        self._other = other
        self._nulls: list[KeyPath] = []
        self._guessed: dict[KeyPath, set[str]] = {}
        self._dropped: frozenset[str] = frozenset()

    def drop_read_only(self, read_only: frozenset[str]) -> None:
        root = self._checked.root
        present = [key for key in root.value if key in read_only]
        anchors = [key for key in root.value if _is_anchor(key, self._checked.source)]
        self._dropped = frozenset({*present, *anchors, SCHEMA_KEY})
        if present:
            place = self._checked.source.place(root.keys.get(present[0], root.start))
            message = f"ignored read-only keys: {', '.join(present)}"
            self._add(Finding(Severity.WARNING, place, "", message))

    def warn_of_nulls(self) -> None:
        if not self._nulls:
            return
        first, *others = self._nulls
        more = "; so is 1 other" if len(others) == 1 else f"; so are {len(others)} others"
        more = more if others else ""
        message = f"ignored because its value is null{more}"
        self._checked.report(Severity.WARNING, first, message, at_key=True)

    def structure(self, node: Node, shape: AwsShape, path: KeyPath) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, child in node.value.items():
            here = (*path, key)
            if not path and key in self._dropped:
                continue
            member = shape.members.get(key)
            if member is None:
                self._unknown_key(node, key, shape, path)
            elif child.value is None and not child.unknown:
                self._nulls.append(here)
            else:
                value = self._member(child, member, shape, here)
                if value is not _OMIT:
                    result[key] = value
        self._require(node, shape, path)
        return result

    def _member(self, node: Node, shape: AwsShape, owner: AwsShape, path: KeyPath) -> Any:
        """Return a structure's member, or omit it where ECS treats emptiness as an error."""
        key = str(path[-1])
        member = (owner.name, key)
        if node.value == "" and shape.kind == "string" and member not in FREE_TEXT:
            if key in required_keys(owner):
                return _OMIT
            if shape.enum or member in ABSENT_WHEN_EMPTY:
                self._warn(path, "ignored because it is empty", "Remove it, or set a value")
                return _OMIT
        if node.value == [] and key in OMITTED_WHEN_EMPTY_LIST:
            self._warn(path, "ignored because ECS rejects an empty list here")
            return _OMIT
        return self._value(node, shape, path, free=member in FREE_TEXT)

    def _value(self, node: Node, shape: AwsShape, path: KeyPath, *, free: bool) -> Any:
        if node.unknown and not isinstance(node.value, str):
            self._checked.unsure.add(path)
            self._checked.omitted.append(path)
            return _OMIT
        if shape.is_document:
            return _as_written(node)
        match node.value:
            case dict() if shape.kind == "structure":
                return self.structure(node, shape, path)
            case dict() if shape.kind == "map":
                return self._map(node, shape.element, path, free=free)
            case list() if shape.kind == "list":
                return self._list(node, shape.element, path, free=free)
        return self._scalar(node, shape, path)

    def _map(self, node: Node, shape: AwsShape, path: KeyPath, *, free: bool) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, child in node.value.items():
            here = (*path, key)
            if child.value is None and not child.unknown:
                self._nulls.append(here)
                continue
            value = self._value(child, shape, here, free=free)
            if value is not _OMIT:
                result[key] = value
        return result

    def _list(self, node: Node, shape: AwsShape, path: KeyPath, *, free: bool) -> list[Any]:
        result: list[Any] = []
        for index, child in enumerate(node.value):
            here = (*path, index)
            if child.value is None and not child.unknown:
                self._error(here, "a list's element is null", "Remove it, or set a value")
                continue
            if child.value == "" and shape.kind == "string" and not (free or child.unknown):
                self._error(here, "a list's element is empty", "Remove it, or set a value")
                continue
            value = self._value(child, shape, here, free=free)
            result.append(None if value is _OMIT else value)
        return result

    def _scalar(self, node: Node, shape: AwsShape, path: KeyPath) -> Any:
        value = filled(node.value, node.source, secret=node.secret)
        if node.unknown and shape.kind == "string":
            self._checked.unsure.add(path)
            return value
        match shape.kind:
            case "string" if isinstance(value, str):
                return self._text(value, shape, path)
            case "boolean" if isinstance(value, bool):
                return value
            case "integer" | "long" if isinstance(value, int) and not isinstance(value, bool):
                return self._in_range(value, shape, path)
            case "double" | "float" if isinstance(value, int | float) and not isinstance(
                value, bool
            ):
                return self._in_range(value, shape, path)
            case _:
                return self._wrong(node, shape, path)

    def _text(self, value: str, shape: AwsShape, path: KeyPath) -> Any:
        if not shape.enum:
            problem = forms.problem(value, shape)
            if problem and not blanks.template(value):
                self._error(path, *problem)
            return value
        if value in shape.enum:
            return value
        if (read_as := OTHERWISE.get(shape.name)) is not None:
            message = f"{self._reader} doesn't know {show(value)} and uses {read_as}"
            self._warn(path, message, f"Write one of {', '.join(shape.enum)}")
            return value
        written = getattr(value, "source", value)
        if blank := blanks.blank(written):
            message = f"{quoted(blank)} is a blank that was not filled in"
            self._error(path, message, blanks.FILL_IN)
            return _OMIT
        near = None if written is not value else nearest(value, shape.enum)
        known = ", ".join(shape.enum)
        remedy = f"Did you mean {near}? Allowed: {known}" if near else f"Allowed: {known}"
        self._error(path, f"{self._reader} doesn't accept {show(value)} here", remedy)
        return _OMIT

    def _in_range(self, value: float, shape: AwsShape, path: KeyPath) -> Any:
        bound = _INTEGERS.get(shape.kind, math.inf)
        low = -bound if shape.minimum is None else shape.minimum
        high = bound - 1 if shape.maximum is None else shape.maximum
        if low <= value <= high:
            return value
        fix = f"Write {low} or more" if high == math.inf else f"Write a number from {low} to {high}"
        self._error(path, f"{show(value)} is out of range", fix)
        return _OMIT

    def _wrong(self, node: Node, shape: AwsShape, path: KeyPath) -> Any:
        """Report a value of the wrong kind, without showing it."""
        expected, remedy = remedies.wrong_kind(
            node, shape, jsonnet=bool(self._checked.source.program)
        )
        self._error(path, f"expected {expected}, found {node.kind}", remedy)
        return _OMIT

    def _unknown_key(self, node: Node, key: str, shape: AwsShape, path: KeyPath) -> None:
        if len(self._checked.findings) >= MAX_FINDINGS:
            return
        remedy, near = misplaced.advice(key, shape, self._top, self._other)
        if near in node.value:
            remedy = f"Remove it: {near} is specified too"
        self._checked.unsure.add((*path, key))
        if near:
            self._checked.unsure.add((*path, near))
            self._guessed.setdefault(path, set()).add(near)
        place = self._checked.source.place(node.keys.get(key, node.start))
        message = f"unknown key {show(key)}"
        self._add(Finding(Severity.ERROR, place, path_text((*path, key)), message, remedy))

    def _require(self, node: Node, shape: AwsShape, path: KeyPath) -> None:
        """Report required members that are missing or empty: one finding for each case."""
        needed = required_keys(shape)
        guessed = self._guessed.get(path, set())
        missing = [
            key
            for key in needed
            if (key not in node.value or _is_null(node.value[key])) and key not in guessed
        ]
        empty = [key for key in node.value if _is_empty(node.value[key], shape.name, key, needed)]
        for keys, state in ((missing, "missing"), (empty, "empty")):
            if not keys:
                continue
            where = path
            if len(keys) == 1:
                where = (*path, keys[0])
                message = f"is {state}"
            else:
                message = f"{', '.join(keys[:-1])} and {keys[-1]} are {state}"
            self._checked.unsure.update((*path, key) for key in keys)
            self._error(
                where, message, f"{self._reader} needs {'it' if len(keys) == 1 else 'them'}"
            )

    def _error(self, path: KeyPath, message: str, remedy: str = "") -> None:
        self._checked.unsure.add(path)
        if len(self._checked.findings) < MAX_FINDINGS:
            self._checked.report(Severity.ERROR, path, message, remedy)

    def _warn(self, path: KeyPath, message: str, remedy: str = "") -> None:
        if len(self._checked.findings) < MAX_FINDINGS:
            self._checked.report(Severity.WARNING, path, message, remedy, at_key=True)

    def _add(self, finding: Finding) -> None:
        if len(self._checked.findings) < MAX_FINDINGS:
            self._checked.findings.append(finding)


def _is_anchor(key: str, source: Source) -> bool:
    """Whether a key is only there for anchors, as in files of Docker Compose."""
    return key.startswith("x-") and source.name.endswith((".yaml", ".yml"))


def required_keys(shape: AwsShape) -> tuple[str, ...]:
    """Return the keys that a structure must have, according to the model or to ECS itself."""
    return tuple(dict.fromkeys((*shape.required, *REQUIRED_BY_ECS.get(shape.name, ()))))


def _as_written(node: Node) -> Any:
    """Return the whole tree, including nulls."""
    match node.value:
        case dict():
            return {key: _as_written(child) for key, child in node.value.items()}
        case list():
            return [_as_written(child) for child in node.value]
        case _:
            return filled(node.value, node.source, secret=node.secret)


def _is_null(node: Node) -> bool:
    return node.value is None and not node.unknown


def _is_empty(node: Node, shape_name: str, key: str, needed: Sequence[str]) -> bool:
    if (shape_name, key) in ZERO_IS_EMPTY:
        return not isinstance(node.value, bool) and node.value == 0 and not node.unknown
    if node.value == []:
        return (shape_name, key) in NEVER_EMPTY_LISTS
    return node.value == "" and key in needed and (shape_name, key) not in FREE_TEXT
