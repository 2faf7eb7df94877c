"""What a file is, when it is not what its name says; wrappers of AWS's own output."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cage.definitions.findings import Finding, Severity
from cage.definitions.kinds import SERVICE, TASK_DEFINITION, FileKind
from cage.definitions.tree import Node

if TYPE_CHECKING:
    from cage.definitions.shapes import Shapes
    from cage.definitions.source import Source

_Members = Mapping[str, Any]
_STRANGERS: tuple[tuple[str, Callable[[_Members], bool]], ...] = (
    (
        "a CloudFormation template",
        lambda top: "AWSTemplateFormatVersion" in top or isinstance(_value(top, "Resources"), dict),
    ),
    (
        "a resource of a CloudFormation template",
        lambda top: str(_value(top, "Type")).startswith("AWS::"),
    ),
    ("a Kubernetes manifest", lambda top: "apiVersion" in top and "kind" in top),
    ("a Docker Compose file", lambda top: isinstance(_value(top, "services"), dict)),
    ("a Terraform file", lambda top: "resource" in top or "terraform_version" in top),
    ("an IAM policy", lambda top: "Statement" in top),
    ("an AppSpec file", lambda top: "Resources" in top and "version" in top),
    ("a list of image definitions", lambda top: "ImageURI" in top),
    ("a package.json", lambda top: "dependencies" in top and "version" in top),
)


def unwrap(
    source: Source, root: Node, kind: FileKind, shapes: Shapes
) -> tuple[Node, list[Finding]]:
    """Return the definition inside the file; with an error if there is none."""
    if root.unknown:
        return Node({}, root.start), []
    if isinstance(root.value, list):
        return _from_list(source, root, kind)
    if not isinstance(root.value, dict):
        message = f"the file holds {root.kind}, and not {kind.words}"
        return root, [source.error(root.start, message, "Begin it with {")]
    inner, findings = _from_wrapper(source, root, kind)
    findings += _cluster(source, inner, kind)
    stranger = _stranger(inner.value, kind, shapes)
    if stranger is not None:
        findings.append(
            source.error(
                inner.start, f"the file is {stranger[0]}, and not {kind.words}", stranger[1]
            )
        )
    return inner, findings


def _from_list(source: Source, root: Node, kind: FileKind) -> tuple[Node, list[Finding]]:
    elements = root.value
    if elements and all(isinstance(one.value, dict) for one in elements):
        if any("image" in one.value for one in elements):
            return root, [
                source.error(
                    root.start,
                    "the file is a list of container definitions, and not " + kind.words,
                    'Put it in {"family": …, "containerDefinitions": […]}',
                )
            ]
        if len(elements) == 1:
            note = source.warning(root.start, "the list around the definition was ignored")
            return elements[0], [note]
    return root, [
        source.error(root.start, f"the file holds a list, and not {kind.words}", "Begin it with {")
    ]


def _from_wrapper(source: Source, root: Node, kind: FileKind) -> tuple[Node, list[Finding]]:
    """Return what describe, create or register commands put around the definition."""
    inner: Node | None = None
    if kind is TASK_DEFINITION:
        key = "taskDefinition"
        inner = root.value.get(key)
    else:
        key = "service" if "service" in root.value else "services"
        inner = root.value.get(key)
        if inner is not None and isinstance(inner.value, list):
            if len(inner.value) > 1:
                message = f"the file describes {len(inner.value)} services"
                return root, [source.error(inner.start, message, "Keep one of them")]
            inner = inner.value[0] if inner.value else None
    if inner is None or not isinstance(inner.value, dict) or _looks_composed(inner, kind):
        return root, []
    at = root.keys.get(key, root.start)
    tags = root.value.get("tags")
    if tags is not None and "tags" not in inner.value:
        inner.value["tags"] = tags
        inner.keys["tags"] = root.keys.get("tags", root.start)
    return inner, [source.warning(at, f'"{key}" around the definition was ignored')]


def _cluster(source: Source, root: Node, kind: FileKind) -> list[Finding]:
    """Take the cluster that a description names for the cluster of the request."""
    if kind is not SERVICE or "clusterArn" not in root.value or "cluster" in root.value:
        return []
    at = root.keys.pop("clusterArn", root.start)
    root.value["cluster"] = root.value.pop("clusterArn")
    root.keys["cluster"] = at
    return [source.warning(at, "clusterArn was taken for the cluster")]


def _looks_composed(inner: Node, kind: FileKind) -> bool:
    """Whether `services` is a mapping of Docker Compose's own."""
    return kind is SERVICE and any(
        isinstance(one.value, dict) and ("image" in one.value or "build" in one.value)
        for one in inner.value.values()
    )


def _stranger(top: _Members, kind: FileKind, shapes: Shapes) -> tuple[str, str] | None:
    for name, matches in _STRANGERS:
        if matches(top):
            return name, "Name another file"
    other = SERVICE if kind is TASK_DEFINITION else TASK_DEFINITION
    own = len(set(top) & set(kind.shape(shapes).members))
    others = len(set(top) & set(other.shape(shapes).members))
    if kind is SERVICE and isinstance(_value(top, "taskDefinition"), dict):
        return other.words, f"Name it {other.stem}.json"
    telling = {"serviceName"} if kind is TASK_DEFINITION else {"containerDefinitions", "family"}
    if telling & set(top) and others > own:
        return other.words, f"Name it {other.stem}.json"
    for operation, words in (
        ("UpdateService", "input of update-service"),
        ("RunTask", "input of run-task"),
    ):
        foreign = set(shapes.input_of(operation).members) - set(kind.shape(shapes).members)
        if (
            kind is SERVICE
            and foreign & set(top) - {"forceNewDeployment"}
            and "serviceName" not in top
        ):
            return words, "Write the input of create-service"
    return None


def _value(top: _Members, key: str) -> Any:
    node = top.get(key)
    return None if node is None else node.value


def is_error(findings: list[Finding]) -> bool:
    """Whether one of the findings keeps the file from being used."""
    return any(one.severity is Severity.ERROR for one in findings)
