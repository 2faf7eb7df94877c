"""Where the canary task starts: as the service would place it."""

from __future__ import annotations

from collections.abc import Mapping

from cage.model import identity
from cage.model.base import Shape
from cage.model.errors import UsageError
from cage.model.revisions import NetworkMode, Revision
from cage.model.services import Service
from cage.model.tasks import OnCapacityProviders, OnInstance, OnLaunchType, Placement, TaskRequest

_RESERVED = ("aws:", identity.TAG_PREFIX)
_TAGS_MOST = 50
"""The most tags of a resource (ECS API reference, Tag)."""

_TAGS_LATER = 6
"""How many tags a canary can get while it runs: its step, and decisions about it."""

AUTO = "auto"
"""Used instead of an instance: ECS places the task with the service's constraints."""


def needs_instance(service: Service) -> bool:
    """Return whether the user has to specify where the canary starts: on EC2 by launch type."""
    return service.launch_type in {"EC2", "EXTERNAL"}


def placement(service: Service, instance_arn: str | None, *, auto: bool) -> Placement:
    """Decide how the canary is placed.

    Args:
        instance_arn: The specified container instance, resolved; None if none was specified.
        auto: Whether ECS chooses the instance on EC2.

    Raises:
        UsageError: The service is on EC2, but no instance or `auto` was specified.
    """
    if instance_arn is not None:
        return OnInstance(instance_arn)
    if service.capacity_provider_strategy:
        return OnCapacityProviders(service.capacity_provider_strategy, _platform_version(service))
    if service.launch_type == "FARGATE":
        return OnLaunchType("FARGATE", _platform_version(service))
    if auto and service.launch_type:
        return OnLaunchType(service.launch_type)
    raise UsageError(
        f"Service {service.name} runs on EC2, and no instance is specified for the canary.",
        "You choose the instance, because the canary must not take another task's place.",
        "Pass --canary-instance-arn with an EC2 instance id (i-…), a container instance id or "
        "ARN, or auto to let ECS choose.",
    )


def _platform_version(service: Service) -> str | None:
    """Return the platform version to request; only Fargate has one."""
    providers = [s.get("capacityProvider", "") for s in service.capacity_provider_strategy]
    fargate = service.launch_type == "FARGATE" or any(p.startswith("FARGATE") for p in providers)
    return service.platform_version if fargate else None


def task_request(  # noqa: PLR0913  all that determines how a task starts
    *,
    cluster: str,
    service: Service,
    revision: Revision,
    where: Placement,
    group: str,
    started_by: str,
    token: str,
    tags: Mapping[str, str],
) -> TaskRequest:
    """Return the request that starts a task of the revision as the service would start it."""
    raw = service.raw
    awsvpc = revision.network_mode is NetworkMode.AWSVPC
    placed_by_ecs = not isinstance(where, OnInstance)
    propagate = raw.get("propagateTags")
    return TaskRequest(
        cluster=cluster,
        revision_arn=revision.arn,
        placement=where,
        group=group,
        started_by=started_by,
        token=token,
        network=raw.get("networkConfiguration") if awsvpc else None,
        constraints=tuple(raw.get("placementConstraints") or ()) if placed_by_ecs else (),
        placement_strategy=tuple(raw.get("placementStrategy") or ()) if placed_by_ecs else (),
        volumes=_volumes(service, revision),
        # A standalone task belongs to no service, so ECS copies no service's tags to it.
        tags={**dict(_copied(service, len(tags))), **tags} if tags else tags,
        propagate_tags="TASK_DEFINITION" if tags and propagate == "TASK_DEFINITION" else None,
        enable_managed_tags=bool(raw.get("enableECSManagedTags")) and bool(tags),
        enable_execute_command=bool(raw.get("enableExecuteCommand")),
    )


def _copied(service: Service, own: int = 0) -> list[tuple[str, str]]:
    """Return the tags that the service's tasks get from it, as many as fit.

    Args:
        own: How many other tags the task starts with.
    """
    if service.raw.get("propagateTags") != "SERVICE":
        return []
    return service_tags(service)[: _TAGS_MOST - _TAGS_LATER - own]


def uncopied(service: Service, own: int) -> tuple[str, ...]:
    """Return the keys of the tags that don't fit on the canary; see `_copied`."""
    copied = _copied(service, own)
    whole = _copied(service, -_TAGS_MOST)
    return tuple(key for key, _ in whole[len(copied) :])


def service_tags(service: Service) -> list[tuple[str, str]]:
    """Return a described service's tags, without AWS's and cage's own."""
    tags = [(str(t["key"]), str(t.get("value") or "")) for t in service.raw.get("tags") or []]
    return [(key, value) for key, value in tags if not key.lower().startswith(_RESERVED)]


def _volumes(service: Service, revision: Revision) -> tuple[Shape, ...]:
    """Return the volumes to configure at launch, as the service's tasks get them."""
    if not revision.launch_volumes:
        return ()
    known = service.setting("volumeConfigurations") or ()
    return tuple(_volume(v, service) for v in known if v.get("name") in revision.launch_volumes)


def _volume(volume: Shape, service: Service) -> Shape:
    """Return a volume for a standalone task: RunTask propagates no service's tags to it."""
    managed = volume.get("managedEBSVolume") or {}
    specifications = managed.get("tagSpecifications") or []
    if all(one.get("propagateTags") != "SERVICE" for one in specifications):
        return volume
    copied = [{"key": key, "value": value} for key, value in service_tags(service)]
    changed = [
        {
            **{key: value for key, value in one.items() if key != "propagateTags"},
            "tags": [*(one.get("tags") or []), *copied],
        }
        if one.get("propagateTags") == "SERVICE"
        else one
        for one in specifications
    ]
    return {**volume, "managedEBSVolume": {**managed, "tagSpecifications": changed}}


def describe(where: Placement) -> str:
    """Describe in a few words where a task is placed."""
    match where:
        case OnInstance(arn):
            return f"on container instance {arn.rpartition('/')[2]}"
        case OnLaunchType(launch_type, platform_version):
            version = f" platform {platform_version}" if platform_version else ""
            return f"on {launch_type}{version}"
        case OnCapacityProviders(strategy, _):
            names = ", ".join(str(s.get("capacityProvider")) for s in strategy)
            return f"by capacity providers {names}"
