"""Volumes and where they are mounted.

Source: API reference, Volume, MountPoint, EFSVolumeConfiguration.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import Breach, advice, breach
from ecs_rules.catalog import rule
from ecs_rules.request import SERVICE, TASK, Shape, Spot, containers, items
from ecs_rules.values import listed, show

_VOLUMES = TASK.at("volumes")
_KINDS = (
    "host",
    "dockerVolumeConfiguration",
    "efsVolumeConfiguration",
    "fsxWindowsFileServerVolumeConfiguration",
    "s3filesVolumeConfiguration",
)


@rule()
def mounts(_service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """Mount points and volumes must match, with one mount at a path."""
    volumes = {
        one["name"]: spot for spot, one in items(task_definition, "volumes", TASK) if "name" in one
    }
    used: set[str] = set()
    mounting: list[Spot] = []
    for spot, container in containers(task_definition):
        paths: dict[str, Spot] = {}
        for at, mount in items(container, "mountPoints", spot):
            name, path = mount.get("sourceVolume"), mount.get("containerPath")
            mounting.append(at.at("sourceVolume"))
            used.add(name or "")
            if name and name not in volumes:
                message = f"the task definition has no volume {show(name)}"
                remedy = f"Its volumes are {listed(map(show, volumes))}"
                yield breach(at.at("sourceVolume"), message, remedy, _VOLUMES)
            if path in paths:
                message = f"something else is mounted at {show(path)} too"
                yield breach(at.at("containerPath"), message, "Mount each elsewhere", paths[path])
            elif path:
                paths[path] = at.at("containerPath")
    for name, spot in volumes.items():
        if name not in used:
            message = f"no container mounts the volume {show(name)}"
            yield advice(spot, message, "Mount it, or remove it", *mounting)


@rule()
def kinds(_service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """A volume is of one kind, and EFS encrypts where it identifies."""
    for spot, volume in items(task_definition, "volumes", TASK):
        given = [kind for kind in _KINDS if volume.get(kind)]
        if len(given) > 1:
            message = f"a volume has one kind, and this one has {listed(given)}"
            yield breach(spot, message, "Keep one of them")
        efs, at = volume.get("efsVolumeConfiguration", {}), spot.at("efsVolumeConfiguration")
        authorization = efs.get("authorizationConfig", {})
        by_access_point = authorization.get("accessPointId")
        if (by_access_point or authorization.get("iam") == "ENABLED") and efs.get(
            "transitEncryption"
        ) != "ENABLED":
            message = "EFS with IAM or an access point needs transitEncryption"
            yield breach(
                at, message, 'Set "transitEncryption": "ENABLED"', at.at("transitEncryption")
            )
        if by_access_point and efs.get("rootDirectory", "/") not in {"", "/"}:
            message = "an access point has its own root directory"
            yield breach(at.at("rootDirectory"), message, "Remove it", at.at("authorizationConfig"))


@rule()
def at_launch(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """Volumes that are configured at launch are configured in the service, and no others."""
    if not service or not task_definition:
        return
    expected = {
        one["name"]: spot
        for spot, one in items(task_definition, "volumes", TASK)
        if one.get("configuredAtLaunch") and one.get("name")
    }
    given = {
        one["name"]: spot
        for spot, one in items(service, "volumeConfigurations", SERVICE)
        if one.get("name")
    }
    for name, spot in expected.items():
        if name not in given:
            message = f"the volume {show(name)} is configured at launch, but not in the service"
            where = SERVICE.at("volumeConfigurations")
            yield breach(spot, message, "Add it to volumeConfigurations", where)
    for name, spot in given.items():
        if name not in expected:
            message = f"the task definition has no volume {show(name)} to configure at launch"
            yield breach(spot.at("name"), message, 'Set "configuredAtLaunch": true there', _VOLUMES)
