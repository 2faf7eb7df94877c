"""Our rules, as far as JSON Schema can express them: limits on texts, numbers and objects.

Each is the twin of a rule in `rules/`, and uses its numbers. A schema sees one file before
variables are replaced, so a text with `${` in it passes every rule about its content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecs_rules.fargate import MEMORY_BY_CPU
from ecs_rules.health import FORMS, RANGES
from ecs_rules.names import NAME
from ecs_rules.ports import HIGHEST
from ecs_rules.size import MOST_CONTAINERS

if TYPE_CHECKING:
    from collections.abc import Mapping

Schema = dict[str, Any]

PLACEHOLDER: Schema = {"type": "string", "pattern": r"\$\{"}


def text_or_placeholder(schema: Schema) -> Schema:
    """Return a schema that also accepts a text with a placeholder."""
    return {"anyOf": [schema, PLACEHOLDER]}


_NAME = text_or_placeholder({"pattern": f"^(?:{NAME.pattern})$"})

OF_MEMBERS: Mapping[tuple[str, str], Schema] = {
    ("CreateServiceRequest", "desiredCount"): {"minimum": 0},
    ("CreateServiceRequest", "serviceName"): _NAME,
    ("RegisterTaskDefinitionRequest", "family"): _NAME,
    ("RegisterTaskDefinitionRequest", "containerDefinitions"): {"maxItems": MOST_CONTAINERS},
    ("ContainerDefinition", "name"): _NAME,
    ("Volume", "name"): _NAME,
    ("PortMapping", "containerPort"): {"minimum": 1, "maximum": HIGHEST},
    ("PortMapping", "hostPort"): {"minimum": 0, "maximum": HIGHEST},
    ("LoadBalancer", "containerPort"): {"minimum": 1, "maximum": HIGHEST},
    ("HealthCheck", "command"): {
        "items": [text_or_placeholder({"enum": list(FORMS)})],
        "additionalItems": {"type": "string"},
    },
    **{
        ("HealthCheck", key): {"minimum": low, "maximum": high}
        for key, (low, high) in RANGES.items()
    },
}
"""Constraints on a structure's member in addition to its type."""


def _when(condition: Schema, then: Schema) -> Schema:
    return {"if": condition, "then": then}


def _is(key: str, *values: Any) -> Schema:
    return {"required": [key], "properties": {key: {"enum": list(values)}}}


def _has(key: str) -> Schema:
    return {"required": [key], "properties": {key: {"not": {"type": "null"}}}}


def _fargate() -> list[Schema]:
    """Return the constraints on a task definition that is only for Fargate."""
    on_fargate = _is("requiresCompatibilities", ["FARGATE"])
    rules = [
        _when(
            on_fargate,
            {
                "required": ["cpu", "memory", "networkMode"],
                "properties": {
                    "networkMode": text_or_placeholder({"const": "awsvpc"}),
                    "cpu": text_or_placeholder(
                        {
                            "anyOf": [
                                {"enum": list(map(str, MEMORY_BY_CPU))},
                                {"pattern": "[A-Za-z]"},
                            ]
                        }
                    ),
                },
            },
        )
    ]
    for cpu, choices in MEMORY_BY_CPU.items():
        in_mib = {"enum": list(map(str, choices))}
        in_gib = {"pattern": "[A-Za-z]"}
        memory = text_or_placeholder({"anyOf": [in_mib, in_gib]})
        condition = {"allOf": [on_fargate, _is("cpu", str(cpu))]}
        rules.append(_when(condition, {"properties": {"memory": memory}}))
    return rules


_EMPTY_TEXT, _EMPTY_LIST = {"maxLength": 0}, {"maxItems": 0}

OF_STRUCTURES: Mapping[str, list[Schema]] = {
    "CreateServiceRequest": [
        _when(
            {
                "required": ["launchType", "capacityProviderStrategy"],
                "properties": {
                    "launchType": {"type": "string", "minLength": 1},
                    "capacityProviderStrategy": {"type": "array", "minItems": 1},
                },
            },
            {"properties": {"launchType": False}},
        ),
        _when(
            _is("schedulingStrategy", "DAEMON"),
            {"properties": {"desiredCount": {"type": "null"}, "placementStrategy": _EMPTY_LIST}},
        ),
        _when(_is("launchType", "EC2"), {"properties": {"platformVersion": _EMPTY_TEXT}}),
        _when(
            _is("launchType", "FARGATE"),
            {
                "properties": dict.fromkeys(
                    ("placementConstraints", "placementStrategy"), _EMPTY_LIST
                )
            },
        ),
    ],
    "RegisterTaskDefinitionRequest": _fargate(),
    "PortMapping": [{"oneOf": [_has("containerPort"), _has("containerPortRange")]}],
}
"""Constraints on a structure as a whole."""
