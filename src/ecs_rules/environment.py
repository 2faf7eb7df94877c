"""Environment variables and secrets of a container."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecs_rules.breach import Breach, advice, breach
from ecs_rules.catalog import rule
from ecs_rules.request import Shape, Spot, containers, items
from ecs_rules.values import show

_ARN = r"arn:[^:\s]+:[^:\s]+:[^:\s]*:[^:\s]*:\S+"
_REFERENCE = re.compile(rf"{_ARN}|[A-Za-z0-9_./-]+")


@rule()
def names(_service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """A name must be given once, by `environment` or by `secrets`.

    Source: ECS answers "The secret name must be unique and not shared with any new or
    existing environment variables set on the container".
    """
    for spot, container in containers(task_definition):
        seen: dict[str, Spot] = {}
        for at, variable in items(container, "environment", spot):
            name = variable.get("name")
            if name in seen:
                message = f"{show(name)} is set twice in environment; one of the two is lost"
                yield advice(at.at("name"), message, "Keep one of them", seen[name])
            elif name:
                seen[name] = at.at("name")
        for at, secret in items(container, "secrets", spot):
            name = secret.get("name")
            if name in seen:
                where = seen[name].path[2]
                message = f"{show(name)} is also in {where}, and ECS refuses that"
                yield breach(at.at("name"), message, "Remove one of them", seen[name])
            elif name:
                seen[name] = at.at("name")


@rule()
def references(_service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """An entry under `secrets` must specify where a value is kept, not the value itself.

    Source: API reference, Secret, valueFrom; PutParameter, Name, for a parameter's characters;
    IAM user guide, "Amazon Resource Names": an ARN has six parts, and Region and account can be
    empty.
    The message doesn't show the entry: it might be the secret itself.
    """
    for spot, container in containers(task_definition):
        logs = container.get("logConfiguration") or {}
        for at, secret in (
            *items(container, "secrets", spot),
            *items(logs, "secretOptions", spot.at("logConfiguration")),
        ):
            reference = secret.get("valueFrom")
            if reference and not _REFERENCE.fullmatch(reference):
                message = "this is not an ARN or the name of a parameter"
                remedy = "Specify where the value is kept, in Secrets Manager or SSM"
                yield breach(at.at("valueFrom"), message, remedy)
