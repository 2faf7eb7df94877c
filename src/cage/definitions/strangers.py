"""Files of other tools, recognised by the keys at their top."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cage.definitions.tree import Node

_Top = Mapping[str, "Node"]
_ELSEWHERE = "Name another file"
_COPILOT = re.compile(
    r"(?:Load Balanced Web|Request-Driven Web|Backend|Worker) Service|Scheduled Job|Static Site"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Stranger:
    """A kind of file that is no definition.

    Attributes:
        words: What it is, in a sentence.
        matches: Whether the members at a file's top are of that kind.
        remedy: What to do.
    """

    words: str
    matches: Callable[[_Top], bool]
    remedy: str = _ELSEWHERE


def recognise(top: _Top) -> Stranger | None:
    """Return what the file with these members is, unless it may be a definition."""
    if "serviceName" in top or {"family", "containerDefinitions"} <= set(top):
        return None
    return next((one for one in _CATALOGUE if one.matches(top)), None)


def _all(*keys: str) -> Callable[[_Top], bool]:
    return lambda top: set(keys) <= set(top)


def _any(*keys: str) -> Callable[[_Top], bool]:
    return lambda top: not set(keys).isdisjoint(top)


def _value(top: _Top, key: str) -> Any:
    node = top.get(key)
    return None if node is None else node.value


def _text(top: _Top, key: str) -> str:
    value = _value(top, key)
    return value if isinstance(value, str) else ""


def _cloudformation(top: _Top) -> bool:
    return (
        "AWSTemplateFormatVersion" in top
        or isinstance(_value(top, "Resources"), dict)
        or _text(top, "Transform").startswith("AWS::")
    )


def _compose(top: _Top) -> bool:
    if isinstance(_value(top, "services"), dict):
        return True
    parts = [node.value for node in top.values()]
    return bool(parts) and all(
        isinstance(one, dict) and not {"image", "build"}.isdisjoint(one) for one in parts
    )


def _appspec(top: _Top) -> bool:
    return "version" in top and not {"Resources", "os", "hooks", "Hooks"}.isdisjoint(top)


def _pipeline(top: _Top) -> bool:
    steps = (node.value for node in top.values())
    return isinstance(_value(top, "jobs"), dict) or any(
        isinstance(one, dict) and "script" in one for one in steps
    )


def _package(top: _Top) -> bool:
    return "version" in top and not {"dependencies", "devDependencies", "scripts"}.isdisjoint(top)


def _helm(top: _Top) -> bool:
    image = _value(top, "image")
    return "replicaCount" in top or (isinstance(image, dict) and "repository" in image)


def _ecspresso(top: _Top) -> bool:
    return bool(_text(top, "service_definition") or _text(top, "task_definition"))


def _ecs_params(top: _Top) -> bool:
    return "run_params" in top or isinstance(_value(top, "task_definition"), dict)


def _output(key: str) -> Callable[[_Top], bool]:
    return lambda top: key in top and "taskDefinition" not in top


_OUTPUTS: Mapping[str, str] = {
    "clusters": "describe-clusters",
    "containerInstances": "describe-container-instances",
    "families": "list-task-definition-families",
    "serviceArns": "list-services",
    "serviceDeployments": "describe-service-deployments",
    "serviceRevisions": "describe-service-revisions",
    "taskArns": "list-tasks",
    "taskDefinitionArns": "list-task-definitions",
    "taskSet": "create-task-set",
    "tasks": "describe-tasks",
    "TargetGroups": "describe-target-groups",
}
"""Outputs of the AWS CLI that hold neither a service nor a task definition, by their first key."""

_CATALOGUE: tuple[Stranger, ...] = (
    Stranger("a CloudFormation template", _cloudformation),
    Stranger(
        "a resource of a CloudFormation template",
        lambda top: _text(top, "Type").startswith("AWS::"),
    ),
    Stranger("a Kubernetes manifest", _all("apiVersion", "kind")),
    Stranger(
        "a manifest of AWS Copilot",
        lambda top: _COPILOT.fullmatch(_text(top, "type")) is not None,
        "For a live service, cage init writes the files",
    ),
    Stranger(
        "a configuration of ecspresso",
        _ecspresso,
        "Name the files that it names, as service_file and task_definition_file in cage.json",
    ),
    Stranger("an ecs-params file of the ECS CLI", _ecs_params),
    Stranger("a Dockerrun file of Elastic Beanstalk", _any("AWSEBDockerrunVersion")),
    Stranger("a Docker Compose file", _compose),
    Stranger(
        "a Terraform file",
        _any("resource", "terraform_version", "planned_values"),
    ),
    Stranger("an IAM policy", _any("Statement")),
    Stranger("an AppSpec file", _appspec),
    Stranger("an image detail file", _any("ImageURI")),
    Stranger("a buildspec", _all("version", "phases")),
    Stranger("a pipeline of a CI system", _pipeline),
    Stranger("a file of the Serverless Framework", _all("provider", "functions")),
    Stranger("a package.json", _package),
    Stranger("values of a Helm chart", _helm),
    Stranger(
        "cage's own settings",
        _any("service_file", "task_definition_file"),
        "Name it cage.json",
    ),
    Stranger("a JSON Schema", _all("$schema", "properties")),
    Stranger("an error that AWS answered with", _any("__type", "Error", "errorMessage")),
    *(
        Stranger(
            f"output of {command}",
            _output(key),
            "Use the output of describe-services or describe-task-definition",
        )
        for key, command in _OUTPUTS.items()
    ),
)
