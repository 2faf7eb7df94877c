"""How services are shown."""

from __future__ import annotations

from typing import Any

from cage.simulator.operations.times import stamp
from cage.simulator.world import World
from cage.simulator.world.things import ACCOUNT, SimDeployment, SimService


def service(world: World, service: SimService) -> dict[str, Any]:
    """Return a service as the API shows it."""
    raw = service.raw
    external = (raw.get("deploymentController") or {}).get("type") in {"CODE_DEPLOY", "EXTERNAL"}
    shown: dict[str, Any] = {
        "serviceArn": service.arn,
        "serviceName": service.name,
        "clusterArn": f"arn:aws:ecs:{world.region}:{ACCOUNT}:cluster/{service.cluster}",
        "status": service.status,
        "desiredCount": service.desired,
        "runningCount": service.count("RUNNING"),
        "pendingCount": service.count("PROVISIONING", "PENDING", "ACTIVATING"),
        "taskDefinition": service.primary.revision.arn,
        "loadBalancers": service.load_balancers,
        "serviceRegistries": raw.get("serviceRegistries") or [],
        "deployments": [] if external else [_deployment(service, d) for d in service.deployments],
        "events": [_event(e) for e in service.events],
        "createdAt": stamp(service.created_s),
        "currentServiceRevisions": _current(service),
        "schedulingStrategy": raw.get("schedulingStrategy") or "REPLICA",
        "deploymentConfiguration": {
            "maximumPercent": service.percent("maximumPercent"),
            "minimumHealthyPercent": service.percent("minimumHealthyPercent"),
            **(raw.get("deploymentConfiguration") or {}),
        },
        "placementConstraints": raw.get("placementConstraints") or [],
        "placementStrategy": raw.get("placementStrategy") or [],
        "enableECSManagedTags": bool(raw.get("enableECSManagedTags")),
        "propagateTags": raw.get("propagateTags") or "NONE",
        "enableExecuteCommand": bool(raw.get("enableExecuteCommand")),
    }
    if not service.history[0].finished:
        shown["currentServiceDeployment"] = service.history[0].arn
    if raw.get("capacityProviderStrategy"):
        shown["capacityProviderStrategy"] = raw["capacityProviderStrategy"]
    else:
        shown["launchType"] = world.launch_type(service)
    if world.launch_type(service) == "FARGATE":
        shown["platformVersion"] = raw.get("platformVersion") or "LATEST"
    for key in (
        "networkConfiguration",
        "deploymentController",
        "healthCheckGracePeriodSeconds",
        "roleArn",
    ):
        if raw.get(key) is not None:
            shown[key] = raw[key]
    return shown


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
    """Return a service's event; what is shown of it is made once."""
    shown: dict[str, Any] | None = event.get("shown")
    if shown is None:
        shown = event["shown"] = {
            "id": event["id"],
            "createdAt": stamp(event["at_s"]),
            "message": event["message"],
        }
    return shown


def _wanted(service: SimService, deployment: SimDeployment) -> int:
    if service.shifts:
        return service.counts(deployment.target.arn).requested
    return service.desired if deployment.status == "PRIMARY" else 0


def _deployment(service: SimService, deployment: SimDeployment) -> dict[str, Any]:
    counted = {"deployment_id": deployment.id}
    shown: dict[str, Any] = {
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
    }
    if service.raw.get("volumeConfigurations"):
        shown["volumeConfigurations"] = service.raw["volumeConfigurations"]
    return shown
