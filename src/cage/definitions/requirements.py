"""ECS's requirements beyond its published model, type by type.

The model marks most members as optional, as an update or an override can leave them out. ECS
rejects a task definition or service that lacks these; sources are the API reference's
"Required" notes and the parameter descriptions of the developer guide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

REQUIRED_BY_ECS: Mapping[str, tuple[str, ...]] = {
    "ContainerDefinition": ("name", "image"),
    "KeyValuePair": ("name",),
    "LoadBalancer": ("containerName", "containerPort"),
    "MountPoint": ("sourceVolume", "containerPath"),
    "NetworkConfiguration": ("awsvpcConfiguration",),
    "PlacementConstraint": ("type",),
    "PlacementStrategy": ("type",),
    "ServiceRegistry": ("registryArn",),
    "SystemControl": ("namespace", "value"),
    "Tag": ("key",),
    "TaskDefinitionPlacementConstraint": ("type",),
    "Volume": ("name",),
    "VolumeFrom": ("sourceContainer",),
}

ZERO_IS_EMPTY = frozenset({("LoadBalancer", "containerPort"), ("PortMapping", "containerPort")})
"""Numbers for which 0 is what a skeleton contains, not a value."""

FREE_TEXT = frozenset(
    {
        ("ContainerDefinition", "command"),
        ("ContainerDefinition", "entryPoint"),
        ("ContainerDefinition", "dockerLabels"),
        ("ContainerDefinition", "dockerSecurityOptions"),
        ("ContainerDefinition", "credentialSpecs"),
        ("DockerVolumeConfiguration", "driverOpts"),
        ("DockerVolumeConfiguration", "labels"),
        ("FirelensConfiguration", "options"),
        ("HealthCheck", "command"),
        ("KeyValuePair", "value"),
        ("LogConfiguration", "options"),
        ("SystemControl", "value"),
        ("Tag", "key"),
        ("Tag", "value"),
    }
)
"""Texts that ECS passes on unchanged; they can be empty, and can look like anything."""

ABSENT_WHEN_EMPTY = frozenset(
    {
        ("CreateServiceRequest", "cluster"),
        ("CreateServiceRequest", "clientToken"),
        ("CreateServiceRequest", "platformVersion"),
        ("CreateServiceRequest", "role"),
        ("CreateServiceRequest", "taskDefinition"),
        ("RegisterTaskDefinitionRequest", "cpu"),
        ("RegisterTaskDefinitionRequest", "executionRoleArn"),
        ("RegisterTaskDefinitionRequest", "memory"),
        ("RegisterTaskDefinitionRequest", "taskRoleArn"),
    }
)
"""Optional texts that ECS rejects when they are empty; so are enums."""

NEVER_EMPTY_LISTS = frozenset(
    {
        ("RegisterTaskDefinitionRequest", "containerDefinitions"),
        ("AwsVpcConfiguration", "subnets"),
        ("HealthCheck", "command"),
    }
)
"""Required lists that must have an element; others, such as the names of alarms, can be empty."""

OMITTED_WHEN_EMPTY_LIST = frozenset({"tags"})
"""Lists that ECS rejects when they are empty ("Tags can not be empty")."""

OTHERWISE: Mapping[str, str] = {"TransportProtocol": "tcp"}
"""Enums of which ECS accepts any text, and what it takes an unknown one for.

Source: API reference, PortMapping, protocol.
"""
