"""Recognizes files that are not what their name suggests, and wrappers of AWS's own output."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from cage.definitions.findings import Finding, Severity, show
from cage.definitions.foreign import recognize
from cage.definitions.kinds import SERVICE, TASK_DEFINITION, WRAPPERS, FileKind, command_name
from cage.definitions.tree import Node

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cage.definitions.source import Source
    from cage.ports.shapes import Shapes

_BEGIN = "Begin the file with {"
_BESIDE = ("failures", "ResponseMetadata", "$schema")
"""Keys alongside a definition in outputs that don't describe it."""

_REQUESTS = ("UpdateService", "RunTask", "StartTask", "CreateTaskSet")
"""Operations whose input people mistake for a definition; the likeliest first."""


@dataclasses.dataclass(frozen=True, slots=True)
class Unwrapped:
    """The definition inside a file.

    Attributes:
        root: Its tree; the file's own where there is an error.
        findings: Findings about what was around it.
        is_foreign: Whether the file is another tool's, in which case nothing else in it matters.
    """

    root: Node
    findings: list[Finding]
    is_foreign: bool = False


def unwrap(source: Source, root: Node, kind: FileKind, shapes: Shapes) -> Unwrapped:
    """Return the definition inside the file; with an error if there is none."""
    if root.unknown:
        return Unwrapped(Node({}, root.start), [])
    if isinstance(root.value, list):
        return _from_list(source, root, kind, shapes)
    if not isinstance(root.value, dict):
        message = f"the file contains {root.kind}, not {kind.words}"
        error = source.error(root.start, message, _BEGIN)
        return Unwrapped(root, [error])
    inner, findings = _from_wrapper(source, root, kind)
    if is_error(findings):
        return Unwrapped(root, findings)
    if foreign := recognize(inner.value):
        message = f"the file is {foreign.words}, not {kind.words}"
        return Unwrapped(
            root, [source.error(inner.start, message, foreign.remedy)], is_foreign=True
        )
    findings += _cluster(source, inner, kind)
    if other := _of_aws(inner.value, kind, shapes):
        message = f"the file is {other[0]}, not {kind.words}"
        findings.append(source.error(inner.start, message, other[1]))
    return Unwrapped(inner, findings)


def _from_list(source: Source, root: Node, kind: FileKind, shapes: Shapes) -> Unwrapped:
    elements = root.value
    found, remedy, is_foreign = "a list", _BEGIN, False
    if elements and all(isinstance(one.value, dict) for one in elements):
        if any("imageUri" in one.value for one in elements):
            found, remedy, is_foreign = "a list of image definitions", "Specify another file", True
        elif any("image" in one.value for one in elements):
            found = "a list of container definitions"
            remedy = 'Put it in {"family": …, "containerDefinitions": […]}'
        elif len(elements) == 1:
            inside = unwrap(source, elements[0], kind, shapes)
            note = source.warning(root.start, "the list around the definition was ignored")
            return dataclasses.replace(inside, findings=[note, *inside.findings])
        else:
            found, remedy = f"a list of {len(elements)} definitions", "Keep one of them"
    verb = "is" if found != "a list" else "contains"
    message = f"the file {verb} {found}, not {kind.words}"
    return Unwrapped(root, [source.error(root.start, message, remedy)], is_foreign)


def _from_wrapper(source: Source, root: Node, kind: FileKind) -> tuple[Node, list[Finding]]:
    """Return what describe, create or register commands wrap around the definition."""
    for key in WRAPPERS[kind.stem]:
        inner = root.value.get(key)
        if inner is None:
            continue
        if key == "services" and isinstance(inner.value, list):
            if len(inner.value) != 1:
                few = f"{len(inner.value)} services" if inner.value else "no service"
                remedy = "Keep one of them" if inner.value else "Is it in this cluster?"
                return root, [source.error(inner.start, f"the file describes {few}", remedy)]
            inner = inner.value[0]
        elif key == "services":
            continue
        if isinstance(inner.value, dict):
            return inner, [_unwrapped(source, root, key, inner)]
    return root, []


def _unwrapped(source: Source, root: Node, key: str, inner: Node) -> Finding:
    """Keep the tags alongside the definition, and report everything else there."""
    tags = root.value.get("tags")
    if tags is not None and "tags" not in inner.value:
        inner.value["tags"] = tags
        inner.keys["tags"] = root.keys.get("tags", root.start)
    lost = [one for one in root.value if one not in {key, "tags", *_BESIDE}]
    also = f", and so were its neighbors: {', '.join(map(show, lost))}" if lost else ""
    at = root.keys.get(key, root.start)
    return source.warning(at, f'"{key}" around the definition was ignored{also}')


def _cluster(source: Source, root: Node, kind: FileKind) -> list[Finding]:
    """Use the cluster in a description as the cluster of the request."""
    if kind is not SERVICE or "clusterArn" not in root.value or "cluster" in root.value:
        return []
    at = root.keys.pop("clusterArn", root.start)
    root.value["cluster"] = root.value.pop("clusterArn")
    root.keys["cluster"] = at
    return [source.warning(at, "clusterArn is used as the cluster")]


def _of_aws(top: Mapping[str, Node], kind: FileKind, shapes: Shapes) -> tuple[str, str] | None:
    """Return which other ECS document the file is, and what to do; or None."""
    other = SERVICE if kind is TASK_DEFINITION else TASK_DEFINITION
    members = set(kind.shape(shapes).members)
    own = len(set(top) & members)
    others = len(set(top) & set(other.shape(shapes).members))
    rename = f"Name it {other.stem}.json"
    if any(isinstance(_value(top, key), dict | list) for key in WRAPPERS[other.stem]):
        return other.words, rename
    telling = {"serviceName"} if kind is TASK_DEFINITION else {"containerDefinitions", "family"}
    if telling & set(top) and others > own:
        return other.words, rename
    if "serviceName" in top:
        return None
    fitting = {
        name: len(set(top) & set(shapes.input_of(name).members))
        for name in _REQUESTS
        if (set(shapes.input_of(name).members) - members - {"forceNewDeployment"}) & set(top)
    }
    name = max(fitting, key=lambda one: fitting[one], default="")
    if not name or fitting[name] <= max(own, 1):
        return None
    return f"input of {command_name(name)}", f"Write the input of {kind.command}"


def _value(top: Mapping[str, Node], key: str) -> Any:
    node = top.get(key)
    return None if node is None else node.value


def is_error(findings: list[Finding]) -> bool:
    """Whether one of the findings keeps the file from being used."""
    return any(one.severity is Severity.ERROR for one in findings)
