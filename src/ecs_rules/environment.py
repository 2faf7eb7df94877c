"""Environment variables and secrets of a container."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecs_rules.breach import Breach, advice, breach
from ecs_rules.catalog import rule
from ecs_rules.request import Shape, Spot, containers, items
from ecs_rules.values import show

_ARN = r"arn:[^:\s]+:[^:\s]+:[^:\s]*:[^:\s]*:\S+"
_SECRET = re.compile(r"arn:[^:\s]+:secretsmanager:[^:]*:[^:]*:secret:([^:]+)((?::[^:]*)*)")
_PARAMETERS = 3
"""A JSON key, a version stage and a version ID follow a secret's name: all of them or none."""

_OBJECT = re.compile(r"arn:[^:\s]+:s3:::[^/\s]+/\S*\.env")
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
def zero_bytes(_service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """No process can have a variable with a zero byte in it.

    Source: POSIX, "Environment Variables": a variable ends at its first zero byte.
    """
    for spot, container in containers(task_definition):
        for at, variable in items(container, "environment", spot):
            for key in ("name", "value"):
                if "\0" in (variable.get(key) or ""):
                    message = "there is a zero byte in it"
                    yield breach(at.at(key), message, "Remove it")


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


@rule()
def json_keys(_service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """All three parts must follow a secret's name, or none; each can be empty.

    Source: developer guide, "Pass Secrets Manager secrets through Amazon ECS environment
    variables": "if you don't want to specify a parameter, leave it empty, but the colons must
    remain". A task that starts fails with "unexpected ARN format with parameters when trying to
    retrieve ASM secret".
    """
    for spot, container in containers(task_definition):
        for at, secret in items(container, "secrets", spot):
            found = _SECRET.fullmatch(str(secret.get("valueFrom") or ""))
            given = found[2].count(":") if found else 0
            if given in {0, _PARAMETERS}:
                continue
            more = _PARAMETERS - given
            message = f"{given} of the {_PARAMETERS} parts after the secret's name are there"
            remedy = "Write secret:NAME:JSON-KEY:VERSION-STAGE:VERSION-ID"
            if more > 0:
                word = "colon" if more == 1 else "colons"
                remedy = f"Add {more} {word} at its end, even if nothing follows"
            yield breach(at.at("valueFrom"), message, remedy)


@rule()
def files(_service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """An environment file is an object in S3, given by its ARN.

    Source: API reference, EnvironmentFile, value: "The Amazon Resource Name (ARN) of the Amazon S3
    object containing the environment variable file"; developer guide, "Pass an individual
    environment variable …": it must have the extension .env.
    """
    for spot, container in containers(task_definition):
        for at, file in items(container, "environmentFiles", spot):
            value = str(file.get("value") or "")
            if not value or _OBJECT.fullmatch(value):
                continue
            if value.startswith("s3://"):
                message = "ECS needs the object's ARN, and this is its address"
                remedy = "Write arn:aws:s3:::BUCKET/KEY.env"
            else:
                message = "this is not the ARN of an object in S3 whose name ends in .env"
                remedy = "Write arn:aws:s3:::BUCKET/KEY.env, as its file is named"
            yield breach(at.at("value"), message, remedy)
