"""Files of other tools, recognized by the keys at their top or, if unreadable, by their text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

from cage.model.other_deployers import DAEMON, EXPRESS

if TYPE_CHECKING:
    from cage.definitions.findings import Finding
    from cage.definitions.kinds import FileKind
    from cage.definitions.source import Source
    from cage.definitions.tree import Node

_Top = Mapping[str, "Node"]
_COPILOT = re.compile(
    r"(?:Load Balanced Web|Request-Driven Web|Backend|Worker) Service|Scheduled Job|Static Site"
)
_LOOKED_AT = 64 * 1024
_CONFLICT = r"(?m)^(?:<{7}|>{7}|={7})(?: |$)"
_COMMENTS = r"\A\s*+(?:#[^\n]*+\n\s*+)*+"
_JSONNET = r"\A\s*+(?:(?://|#)[^\n]*+\n\s*+)*+local\s++\w++\s*+[=(]"
_YAML = rf"{_COMMENTS}(?:---\s|- |[A-Za-z_][\w-]*+:(?:\s|$))"
_JSON = r"\A\s*+(?:(?://[^\n]*+\n|/\*(?:[^*]++|\*(?!/))*+\*/)\s*+)*+\{"


class Foreign(NamedTuple):
    """A kind of file that is not a definition.

    Attributes:
        words: A description of it, for use in a sentence.
        matches: Whether the members at a file's top are of that kind.
        text: A regular expression that matches such a file if it is not JSON.
        remedy: How to fix it.
        certain: Whether no definition matches, even one that names its service or its family.
    """

    words: str
    matches: Callable[[_Top], bool] = lambda _top: False
    text: str = r"(?!)"
    remedy: str = "Specify another file"
    certain: bool = False


def recognize(top: _Top) -> Foreign | None:
    """Return what the file with these members is, unless it might be a definition."""
    possible = "serviceName" in top or {"family", "containerDefinitions"} <= set(top)
    return next((o for o in _CATALOG if (o.certain or not possible) and o.matches(top)), None)


def guessed(source: Source, kind: FileKind, findings: list[Finding]) -> list[Finding]:
    """Return the findings for a text that its parser can't read.

    What the text seems to be matters more than what is wrong in it. If it begins like JSON, the
    place where it stops being JSON is useful too.
    """
    seems = guess(source, kind)
    if seems is None:
        return findings
    has_form = source.text.lstrip().startswith(("{", "["))
    stop = [one for one in findings[-1:] if has_form and one.place != seems.place]
    return [seems, *stop]


def guess(source: Source, kind: FileKind) -> Finding | None:
    """Return an error that identifies the text, if its kind is known."""
    text = source.text[:_LOOKED_AT]
    if conflict := re.search(_CONFLICT, text):
        message = "a merge conflict was left here"
        return source.error(conflict.start(), message, "Keep one side, and remove the markers")
    for one in _CATALOG:
        if re.search(one.text, text):
            message = f"the file seems to be {one.words}, not {kind.words}"
            return source.error(0, message, one.remedy)
    return _other_format(source, text)


def _other_format(source: Source, text: str) -> Finding | None:
    """Return an error for a file whose name belongs to another format."""
    name = PurePath(source.name)
    if name.suffix.lower() in {".jsonnet", ".libsonnet"}:
        return None
    is_yaml = name.suffix.lower() in {".yaml", ".yml"}
    for words, suffix, pattern, fits in (
        ("Jsonnet", ".jsonnet", _JSONNET, True),
        ("YAML", ".yaml", _YAML, not is_yaml),
        ("JSON with comments", ".json", _JSON, is_yaml and ("//" in text or "/*" in text)),
    ):
        if fits and re.match(pattern, text):
            read_as = "YAML" if is_yaml else "JSON"
            message = f"the file seems to be {words}, but is read as {read_as} because of its name"
            return source.error(0, message, f"Rename it to {name.with_suffix(suffix)}")
    return None


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


_CAMEL = frozenset(
    {
        "containerDefinitions",
        "desiredCount",
        "executionRoleArn",
        "launchType",
        "loadBalancers",
        "networkConfiguration",
        "networkMode",
        "requiresCompatibilities",
        "serviceName",
        "taskDefinition",
        "taskRoleArn",
    }
)
"""Keys of definitions whose spelling shows which tool a file is for."""

_PASCAL = frozenset(key[0].upper() + key[1:] for key in _CAMEL)
_SNAKE = frozenset(re.sub(r"([A-Z])", r"_\1", key).lower() for key in _CAMEL) - {"task_definition"}


def _spelled(keys: frozenset[str]) -> Callable[[_Top], bool]:
    return lambda top: len(keys & set(top)) > 1


def _deployment_group(top: _Top) -> bool:
    return "deploymentGroupName" in top or {"applicationName", "deploymentConfigName"} <= set(top)


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
"""AWS CLI outputs without a service or a task definition, by their first key."""

_CATALOG: tuple[Foreign, ...] = (
    Foreign("an AppSpec file", _appspec, r"""["']?TargetService["']?\s*:"""),
    Foreign(
        "a CloudFormation template",
        _cloudformation,
        r"""["']?AWSTemplateFormatVersion["']?\s*:|["']?Type["']?\s*:\s*["']?AWS::\w+::""",
    ),
    Foreign(
        "a resource of a CloudFormation template",
        lambda top: _text(top, "Type").startswith("AWS::"),
    ),
    Foreign(
        "a resource of CloudFormation",
        _spelled(_PASCAL),
        remedy="Begin each key with a small letter, or let cage init write the files of a live "
        "service",
    ),
    Foreign(
        "a resource of Terraform",
        _spelled(_SNAKE),
        remedy="Write the keys as the AWS CLI does, such as desiredCount, or let cage init write "
        "the files of a live service",
    ),
    Foreign(
        "the input of create-deployment-group of AWS CodeDeploy",
        _deployment_group,
        remedy="Leave it to CodeDeploy, and specify the input of create-service here",
    ),
    Foreign("a Kubernetes manifest", _all("apiVersion", "kind")),
    Foreign(
        "a manifest of AWS Copilot",
        lambda top: _COPILOT.fullmatch(_text(top, "type")) is not None,
        remedy="For a live service, cage init writes the files",
    ),
    Foreign(
        "a configuration of ecspresso",
        _ecspresso,
        remedy="Specify its files as service_file and task_definition_file in cage.json",
    ),
    Foreign("an ecs-params file of the ECS CLI", _ecs_params),
    Foreign(
        "the definition of an Express service",
        _any("activeConfigurations", "primaryContainer"),
        remedy=EXPRESS.instead,
        certain=True,
    ),
    Foreign(
        "the definition of a managed daemon",
        _any("daemon", "daemonName", "daemonTaskDefinition", "daemonTaskDefinitionArn"),
        remedy=DAEMON.instead,
    ),
    Foreign("a Dockerrun file of Elastic Beanstalk", _any("AWSEBDockerrunVersion")),
    Foreign("a Docker Compose file", _compose),
    Foreign(
        "a Terraform file",
        _any("resource", "terraform_version", "planned_values"),
        r"(?m)^(?:resource|data|module|variable|output|provider)[ \t]+\"[^\n]*\{"
        r"|^(?:locals|terraform)[ \t]*\{",
    ),
    Foreign("an IAM policy", _any("Statement")),
    Foreign("an image detail file", _any("ImageURI")),
    Foreign("a buildspec", _all("version", "phases")),
    Foreign("a pipeline of a CI system", _pipeline),
    Foreign("a file of the Serverless Framework", _all("provider", "functions")),
    Foreign("a package.json", _package),
    Foreign("values of a Helm chart", _helm),
    Foreign(
        "cage's own settings",
        _any("service_file", "task_definition_file"),
        remedy="Rename it to cage.json",
    ),
    Foreign("a JSON Schema", _all("$schema", "properties")),
    Foreign("an error that AWS returned", _any("__type", "Error", "errorMessage")),
    *(
        Foreign(
            f"output of {command}",
            _output(key),
            remedy="Use the output of describe-services or describe-task-definition",
        )
        for key, command in _OUTPUTS.items()
    ),
    Foreign("HTML or XML", text=r"\A\s*<(?:\?xml|!|[a-z]+[\s>])"),
    Foreign("a Dockerfile", text=rf"{_COMMENTS}FROM \S"),
    Foreign(
        "AWS CLI output in a format other than JSON",
        text=r"\A(?:SERVICES|TASKDEFINITION|CONTAINERDEFINITIONS)\t|\A-{5,}\r?\n\|",
        remedy="Run it with --output json",
    ),
    Foreign("a shell script", text=r"\A#!"),
    Foreign(
        "a file of variables",
        text=rf"{_COMMENTS}(?:export )?[A-Za-z_]\w*+=[^=]",
        remedy="Pass it with --env-file",
    ),
)
"""Every recognized format; if two match, the first wins."""
