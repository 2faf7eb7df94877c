"""Service deployments and service revisions: list, describe, stop."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ecs_simulator.operations import views
from ecs_simulator.operations.limits import at_most
from ecs_simulator.operations.pages import page
from ecs_simulator.operations.reads import Read
from ecs_simulator.world import ApiError, World, deployment_stops
from ecs_simulator.world.service_entities import SimService, SimServiceDeployment

_MOST_ARNS = 20


def list_service_deployments(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """List a service's deployments, the newest first."""
    cluster = world.cluster(params.get("cluster") or _cluster_of(params["service"]))
    service = world.service(cluster, params["service"])
    if service is None:
        raise ApiError("ServiceNotFoundException", "Service not found.")
    wanted = params.get("status") or []
    created = params.get("createdAt") or {}
    seen = Read(world, "history").see(service.arn, service) or {}
    found = [
        brief
        for brief, _ in seen.values()
        if (not wanted or brief["status"] in wanted) and _within(brief["createdAt"], created)
    ]
    return page("serviceDeployments", found, params)


def _cluster_of(service: str) -> str | None:
    """Return the cluster in a service's ARN."""
    parts = service.split("/")
    return parts[-2] if len(parts) > 2 else None  # noqa: PLR2004  arn:…:service/cluster/name


def _within(at: datetime, created: dict[str, Any]) -> bool:
    """Return whether a moment lies within; the parser leaves UTC moments without a zone."""
    after, before = (
        border.replace(tzinfo=UTC) if (border := created.get(key)) else None
        for key in ("after", "before")
    )
    return (after is None or at >= after) and (before is None or at <= before)


def find(world: World, arn: str) -> tuple[SimService, SimServiceDeployment] | None:
    """Return a service deployment, and its service, by ARN."""
    for service in world.services.values():
        for record in service.history:
            if record.arn == arn:
                return service, record
    return None


def describe_service_deployments(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe service deployments by ARN."""
    arns = params["serviceDeploymentArns"]
    at_most(_MOST_ARNS, arns, "serviceDeploymentArns")
    read = Read(world, "history")
    shown, failures = [], []
    for arn in arns:
        found = find(world, arn)
        seen = (read.see(found[0].arn, found[0]) or {}).get(arn) if found else None
        if seen is None:
            failures.append({"arn": arn, "reason": "MISSING"})
        else:
            shown.append(seen[1])
    return {"serviceDeployments": shown, "failures": failures}


def describe_service_revisions(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe service revisions by ARN."""
    arns = params["serviceRevisionArns"]
    at_most(_MOST_ARNS, arns, "serviceRevisionArns")
    shown, failures = [], []
    for arn in arns:
        service = next((s for s in world.services.values() if arn in s.revisions), None)
        if service is None:
            failures.append({"arn": arn, "reason": "MISSING"})
        else:
            shown.append(views.service_revision(world, service, service.revisions[arn]))
    return {"serviceRevisions": shown, "failures": failures}


def _require(world: World, arn: str) -> tuple[SimService, SimServiceDeployment]:
    found = find(world, arn)
    if found is None:
        raise ApiError(
            "ServiceDeploymentNotFoundException", f"The service deployment {arn} wasn't found."
        )
    return found


def stop_service_deployment(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Stop a service deployment; ROLLBACK unless ABORT is requested."""
    arn = params["serviceDeploymentArn"]
    found = _require(world, arn)
    stop_type = params.get("stopType") or "ROLLBACK"
    deployment_stops.stop(world.engine, *found, stop_type, world.scheduler.poke)
    world.engine.touch_service(found[0])
    return {"serviceDeploymentArn": arn}


def continue_service_deployment(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Continue a service deployment that is paused at a hook; or roll it back there.

    Source: ECS developer guide, "Continuing service deployments": it must be IN_PROGRESS.
    *Unknown*: ECS's code and text if it isn't.
    """
    arn = params["serviceDeploymentArn"]
    service, record = _require(world, arn)
    if record.status != "IN_PROGRESS":
        text = f"The service deployment isn't IN_PROGRESS: its status is {record.status}."
        raise ApiError("InvalidParameterException", text)

    def changed() -> None:
        world.engine.touch_service(service)
        world.scheduler.poke(service)

    action = params.get("action") or "CONTINUE"
    world.hooks.decide(record, params["hookId"], action, changed)
    return {"serviceDeploymentArn": arn}
