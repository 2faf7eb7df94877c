"""Service deployments and service revisions: list, describe, stop."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cage.simulator.operations.limits import at_most
from cage.simulator.operations.paging import page
from cage.simulator.operations.times import stamp
from cage.simulator.world import ApiError, World, detection, joining, stopping
from cage.simulator.world.things import (
    SimService,
    SimServiceDeployment,
    SimServiceRevision,
)

_MOST_ARNS = 20


def list_service_deployments(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """List a service's deployments, the newest first."""
    cluster = world.cluster(params.get("cluster") or _cluster_of(params["service"]))
    service = world.service(cluster, params["service"])
    if service is None:
        raise ApiError("ServiceNotFoundException", "Service not found.")
    wanted = params.get("status") or []
    created = params.get("createdAt") or {}
    found = [
        _brief(world, service, record)
        for record in service.history
        if (not wanted or record.status in wanted) and _within(stamp(record.created_s), created)
    ]
    return page("serviceDeployments", found, params)


def _cluster_of(service: str) -> str | None:
    """Return the cluster that a service's ARN names."""
    parts = service.split("/")
    return parts[-2] if len(parts) > 2 else None  # noqa: PLR2004  arn:…:service/cluster/name


def _within(at: datetime, created: dict[str, Any]) -> bool:
    """Tell whether a moment lies within; the parser leaves UTC's moments without a zone."""
    after, before = (
        border.replace(tzinfo=UTC) if (border := created.get(key)) else None
        for key in ("after", "before")
    )
    return (after is None or at >= after) and (before is None or at <= before)


def _cluster_arn(service: SimService) -> str:
    return service.arn.rpartition("/")[0].replace(":service/", ":cluster/")


def _times(record: SimServiceDeployment, *names: str) -> dict[str, datetime]:
    found = {}
    for name in names:
        at_s = getattr(record, name.replace("At", "_s"))
        if at_s is not None:
            found[name] = stamp(at_s)
    return found


def _brief(world: World, service: SimService, record: SimServiceDeployment) -> dict[str, Any]:
    del world
    shown: dict[str, Any] = {
        "serviceDeploymentArn": record.arn,
        "serviceArn": service.arn,
        "clusterArn": _cluster_arn(service),
        "targetServiceRevisionArn": record.target.arn,
        "status": record.status,
        **_times(record, "createdAt", "startedAt", "finishedAt"),
    }
    if record.reason:
        shown["statusReason"] = record.reason
    return shown


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
    shown, failures = [], []
    for arn in arns:
        found = find(world, arn)
        if found is None:
            failures.append({"arn": arn, "reason": "MISSING"})
        else:
            shown.append(_shown(world, *found))
    return {"serviceDeployments": shown, "failures": failures}


def _shown(world: World, service: SimService, record: SimServiceDeployment) -> dict[str, Any]:
    shown = _brief(world, service, record)
    del shown["targetServiceRevisionArn"]
    target = _summary(service, record, record.target)
    if record.weight is not None:
        target["requestedProductionTrafficWeight"] = record.weight
        target["requestedTestTrafficWeight"] = record.test_weight or 0.0
    shown |= {
        **_times(record, "stoppedAt", "updatedAt"),
        "sourceServiceRevisions": [_source(service, record, s) for s in record.sources],
        "targetServiceRevision": target,
        "deploymentConfiguration": record.configuration,
        "deploymentCircuitBreaker": {
            "status": record.breaker,
            "failureCount": record.failures,
            "threshold": detection.threshold(service),
        },
        "alarms": _alarms(record),
    }
    if record.stage:
        shown["lifecycleStage"] = record.stage
    if record.rollback_to is not None and record.rollback_s is not None:
        shown["rollback"] = {
            "reason": record.rollback_reason,
            "startedAt": stamp(record.rollback_s),
            "serviceRevisionArn": record.rollback_to.arn,
        }
    return shown


def _alarms(record: SimServiceDeployment) -> dict[str, Any]:
    if not record.watched:
        return {"status": "DISABLED"}
    status = "MONITORING_COMPLETE" if record.finished else "MONITORING"
    return {
        "status": "TRIGGERED" if record.triggered else status,
        "alarmNames": list(record.watched),
        "triggeredAlarmNames": list(record.triggered),
    }


def _summary(
    service: SimService, record: SimServiceDeployment, revision: SimServiceRevision
) -> dict[str, Any]:
    counts = record.counts.get(revision.arn) or service.counts(revision.arn)
    return {
        "arn": revision.arn,
        "requestedTaskCount": counts.requested,
        "runningTaskCount": counts.running,
        "pendingTaskCount": counts.pending,
    }


def _source(
    service: SimService, record: SimServiceDeployment, revision: SimServiceRevision
) -> dict[str, Any]:
    shown = _summary(service, record, revision)
    if record.weight is not None:
        shown["requestedProductionTrafficWeight"] = 100.0 - record.weight
        shown["requestedTestTrafficWeight"] = 100.0 - (record.test_weight or 0.0)
    return shown


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
            shown.append(_revision(world, service, service.revisions[arn]))
    return {"serviceRevisions": shown, "failures": failures}


def _revision(world: World, service: SimService, revision: SimServiceRevision) -> dict[str, Any]:
    settings = {k: v for k, v in revision.settings.items() if v}
    balancers = settings.get("loadBalancers") or []
    resolved = [
        {
            "targetGroupArn": joining.group_of(b, alternate=revision.alternate),
            "productionListenerRule": rule,
        }
        for b in balancers
        if (rule := (b.get("advancedConfiguration") or {}).get("productionListenerRule"))
    ]
    shown = {
        "serviceRevisionArn": revision.arn,
        "serviceArn": service.arn,
        "clusterArn": _cluster_arn(service),
        "taskDefinition": revision.revision.arn,
        "containerImages": [
            {"containerName": c["name"], "image": c["image"]} for c in revision.revision.containers
        ],
        "guardDutyEnabled": False,
        "createdAt": stamp(revision.created_s),
        **settings,
    }
    if not settings.get("capacityProviderStrategy"):
        shown["launchType"] = world.launch_type_of(settings)
    if resolved:
        shown["resolvedConfiguration"] = {"loadBalancers": resolved}
    return shown


def stop_service_deployment(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Stop a service deployment; ROLLBACK unless ABORT is asked for."""
    arn = params["serviceDeploymentArn"]
    found = find(world, arn)
    if found is None:
        raise ApiError(
            "ServiceDeploymentNotFoundException", f"The service deployment {arn} wasn't found."
        )
    stop_type = params.get("stopType") or "ROLLBACK"
    stopping.stop(world.engine, *found, stop_type, world.scheduler.poke)
    return {"serviceDeploymentArn": arn}
