"""Where the canary task starts: as the service would place it."""

from __future__ import annotations

from collections.abc import Mapping

from cage.model.base import Shape
from cage.model.errors import UsageError
from cage.model.revisions import NetworkMode, Revision
from cage.model.services import Service
from cage.model.tasks import OnCapacityProviders, OnInstance, OnLaunchType, Placement, TaskRequest

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
        tags=tags,
        # A standalone task belongs to no service, so it can't copy a service's tags.
        propagate_tags="TASK_DEFINITION" if tags and propagate == "TASK_DEFINITION" else None,
        enable_managed_tags=bool(raw.get("enableECSManagedTags")) and bool(tags),
        enable_execute_command=bool(raw.get("enableExecuteCommand")),
    )


def _volumes(service: Service, revision: Revision) -> tuple[Shape, ...]:
    """Return the volumes to configure at launch, as the service's tasks get them."""
    if not revision.launch_volumes:
        return ()
    primary: Shape = next(
        (d for d in service.raw.get("deployments") or [] if d.get("status") == "PRIMARY"), {}
    )
    known = service.raw.get("volumeConfigurations") or primary.get("volumeConfigurations") or ()
    return tuple(v for v in known if v.get("name") in revision.launch_volumes)


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
