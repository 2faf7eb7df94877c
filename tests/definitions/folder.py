"""A directory of definition files, and words to say what is read from it."""

from __future__ import annotations

import copy
import json
import re
from typing import TYPE_CHECKING, Any

from cage.definitions import Definitions, Finding, Lookup, Shapes, inspect_directory
from cage.options.invocation import Invocation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cage.definitions.file_names import FileNames
    from cage.definitions.kinds import FileKind

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")

SERVICE: Mapping[str, Any] = {
    "cluster": "blue",
    "serviceName": "shop",
    "launchType": "FARGATE",
    "platformVersion": "1.4.0",
    "desiredCount": 4,
    "loadBalancers": [
        {
            "targetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:210987654321:"
            "targetgroup/shop/fedcba9876543210",
            "containerName": "app",
            "containerPort": 8080,
        }
    ],
    "networkConfiguration": {
        "awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}
    },
    "healthCheckGracePeriodSeconds": 30,
}
TASK_DEFINITION: Mapping[str, Any] = {
    "family": "shop",
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["FARGATE"],
    "cpu": "256",
    "memory": "512",
    "executionRoleArn": "arn:aws:iam::210987654321:role/shop-start",
    "taskRoleArn": "arn:aws:iam::210987654321:role/shop",
    "containerDefinitions": [
        {
            "name": "app",
            "image": "registry.example.com/shop:5",
            "portMappings": [{"containerPort": 8080, "name": "http"}],
            "environment": [{"name": "MODE", "value": ""}],
            "secrets": [{"name": "KEY", "valueFrom": "/shop/key"}],
            "healthCheck": {"command": ["CMD-SHELL", "true"], "interval": 10},
        },
        {"name": "helper", "image": "registry.example.com/helper:1", "essential": False},
    ],
}
REMOVED = ...


def changed(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy with the values at some paths replaced, added or removed."""
    result: Any = copy.deepcopy(dict(base))
    for path, value in copy.deepcopy(dict(changes)).items():
        steps = [int(index) if index else key for key, index in _STEP.findall(path)]
        owner = result
        for step in steps[:-1]:
            owner = owner.setdefault(step, {}) if isinstance(owner, dict) else owner[step]
        if value is REMOVED:
            del owner[steps[-1]]
        elif isinstance(owner, list) and steps[-1] == len(owner):
            owner.append(value)
        else:
            owner[steps[-1]] = value
    return dict(result)


class Folder:
    """A directory with a good service and a good task definition, until it is changed."""

    def __init__(self, path: Path, shapes: Shapes) -> None:
        self.path = path
        self.shapes = shapes
        self.environ: dict[str, str] = {}
        self.lookups: dict[str, Lookup] = {}
        self.service({})
        self.task({})

    def service(self, changes: Mapping[str, Any]) -> Folder:
        return self.write("service.json", changed(SERVICE, changes))

    def task(self, changes: Mapping[str, Any]) -> Folder:
        return self.write("task-definition.json", changed(TASK_DEFINITION, changes))

    def alone(self, text: str) -> list[str]:
        """Return the errors of a service beside a task definition that asks nothing of it."""
        own = {"networkMode": REMOVED, "requiresCompatibilities": REMOVED}
        return self.task(own).write("service.json", text).errors()

    def write(self, name: str, content: Any) -> Folder:
        if isinstance(content, dict | list):
            content = json.dumps(content, indent=2)
        data = content if isinstance(content, bytes) else content.encode()
        (self.path / name).write_bytes(data)
        return self

    def remove(self, name: str) -> Folder:
        (self.path / name).unlink()
        return self

    def inspect(
        self, *, only: FileKind | None = None
    ) -> tuple[Definitions | None, tuple[Finding, ...]]:
        return inspect_directory(
            self.path, self.environ, self.shapes, lookups=self.lookups, names=self.names, only=only
        )

    @property
    def names(self) -> FileNames:
        """Where the files are, as the folder's cage.json has it."""
        return Invocation(self.path, {}, self.environ).file_names

    def errors(self) -> list[str]:
        definitions, findings = self.inspect()
        errors = [str(one) for one in findings if one.severity == "error"]
        assert (definitions is None) == bool(errors)
        return errors

    def warnings(self) -> list[str]:
        definitions, findings = self.inspect()
        assert definitions is not None, [str(one) for one in findings]
        return [str(one) for one in findings]

    def read(self) -> tuple[dict[str, Any], dict[str, Any]]:
        definitions, findings = self.inspect()
        assert definitions is not None, [str(one) for one in findings]
        assert definitions.service is not None
        assert definitions.task_definition is not None
        return dict(definitions.service), dict(definitions.task_definition)
