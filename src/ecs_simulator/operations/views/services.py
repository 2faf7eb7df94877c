"""How services are shown."""

from __future__ import annotations

from typing import Any

from ecs_simulator.operations.times import stamp
from ecs_simulator.operations.views import filled, task_sets
from ecs_simulator.world import World
from ecs_simulator.world.service_entities import SimDeployment, SimService
from ecs_simulator.world.task_entities import ACCOUNT


def service(world: World, service: SimService) -> dict[str, Any]:
    """Return a service as the API shows it."""
    raw = service.raw
    shown: dict[str, Any] = {
        "serviceArn": service.arn,
        "serviceName": service.name,
        "clusterArn": f"arn:aws:ecs:{world.region}:{ACCOUNT}:cluster/{service.cluster}",
        "status": service.status,
        "desiredCount": service.desired,
        "runningCount": service.count("RUNNING"),
        "pendingCount": service.count("PROVISIONING", "PENDING", "ACTIVATING"),
        "events": [_event(e) for e in service.events],
        "createdAt": stamp(service.created_s),
        "createdBy": f"arn:aws:iam::{ACCOUNT}:root",
        "currentServiceRevisions": _current(service),
        "tags": raw.get("tags") or [],
        **filled.service(raw, world.launch_type(service)),
        **_deployed(world, service),
    }
    if raw.get("resourceManagementType"):  # *unknown*: whether ECS shows CUSTOMER elsewhere
        shown["resourceManagementType"] = raw["resourceManagementType"]
    if service.history and not service.history[0].finished:
        shown["currentServiceDeployment"] = service.history[0].arn
    return shown


def _deployed(world: World, service: SimService) -> dict[str, Any]:
    """Return what runs: deployments, or the task sets of another deployment controller.

    Source: API, UpdateServicePrimaryTaskSet: what the primary task set has, the service has.
    """
    if service.external:
        sets = [task_sets.task_set(world, service, one) for one in service.task_sets]
        primary = [one for one in sets if one["status"] == "PRIMARY"]
        kept = ("taskDefinition", "loadBalancers", "launchType", "networkConfiguration")
        served = {key: one[key] for one in primary for key in kept if key in one}
        return {"deployments": [], "taskSets": sets, **served}
    found = {"taskDefinition": service.primary.revision.arn}
    if (service.raw.get("deploymentController") or {}).get("type") == "CODE_DEPLOY":
        return {**found, "deployments": [], "taskSets": task_sets.of_code_deploy(world, service)}
    listed = [_deployment(world, service, d) for d in service.deployments]
    return {**found, "deployments": listed}


def _current(service: SimService) -> list[dict[str, Any]]:
    """Return the service revisions that the service's deployments run, with their tasks."""
    shown = []
    for target in dict.fromkeys(d.target.arn for d in service.deployments):
        counts = service.counts(target)
        shown.append(
            {
                "arn": target,
                "requestedTaskCount": counts.requested,
                "runningTaskCount": counts.running,
                "pendingTaskCount": counts.pending,
            }
        )
    return shown


def _event(event: dict[str, Any]) -> dict[str, Any]:
    """Return a service's event; its view is made once."""
    shown: dict[str, Any] | None = event.get("shown")
    if shown is None:
        shown = event["shown"] = {
            "id": event["id"],
            "createdAt": stamp(event["at_s"]),
            "message": event["message"],
        }
    return shown


def _wanted(service: SimService, deployment: SimDeployment) -> int:
    """Return how many tasks a deployment should have now.

    Published answers of UpdateService show 0 for the new one, and the count for the old one.
    """
    if service.shifts:
        return service.counts(deployment.target.arn).requested
    if deployment.status == "PRIMARY":
        return service.desired if deployment.began else 0
    return sum(1 for t in service.tasks if t.deployment_id == deployment.id and not t.stopping)


def _deployment(world: World, service: SimService, deployment: SimDeployment) -> dict[str, Any]:
    counted, settings = {"deployment_id": deployment.id}, deployment.target.settings
    return {
        "id": deployment.id,
        "status": deployment.status,
        "taskDefinition": deployment.revision.arn,
        "desiredCount": _wanted(service, deployment),
        "runningCount": service.count("RUNNING", **counted),
        "pendingCount": service.count("PROVISIONING", "PENDING", "ACTIVATING", **counted),
        "failedTasks": deployment.failed_tasks,
        "createdAt": stamp(deployment.created_s),
        "updatedAt": stamp(deployment.updated_s),
        "rolloutState": deployment.rollout_state,
        "rolloutStateReason": deployment.reason,
        **filled.deployment(settings, world.launch_type_of(settings)),
    }
