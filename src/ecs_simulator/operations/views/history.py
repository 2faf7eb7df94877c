"""How service deployments and service revisions are shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ecs_simulator.operations.times import stamp
from ecs_simulator.world import World, detection, registration
from ecs_simulator.world.lifecycle_hooks import SimHook
from ecs_simulator.world.service_entities import (
    SimService,
    SimServiceDeployment,
    SimServiceRevision,
)


def history(_world: World, service: SimService) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Return a service's deployments by ARN, in brief and in full, newest first."""
    return {r.arn: (_brief(service, r), _whole(service, r)) for r in service.history}


def _cluster_arn(service: SimService) -> str:
    return service.arn.rpartition("/")[0].replace(":service/", ":cluster/")


def _times(record: SimServiceDeployment, *names: str) -> dict[str, datetime]:
    found = {}
    for name in names:
        at_s = getattr(record, name.replace("At", "_s"))
        if at_s is not None:
            found[name] = stamp(at_s)
    return found


def _brief(service: SimService, record: SimServiceDeployment) -> dict[str, Any]:
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


def _whole(service: SimService, record: SimServiceDeployment) -> dict[str, Any]:
    shown = _brief(service, record)
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
    if record.hooks:
        shown["lifecycleHookDetails"] = [_hook(hook) for hook in record.hooks]
    if record.rollback_to is not None and record.rollback_s is not None:
        shown["rollback"] = {
            "reason": record.rollback_reason,
            "startedAt": stamp(record.rollback_s),
            "serviceRevisionArn": record.rollback_to.arn,
        }
    return shown


def _hook(hook: SimHook) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "hookId": hook.id,
        "targetType": hook.target_type,
        "status": hook.status,
        "expiresAt": stamp(hook.expires_s),
        "timeoutAction": hook.action,
    }
    return shown | ({"targetArn": hook.target_arn} if hook.target_arn else {})


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


def service_revision(
    world: World, service: SimService, revision: SimServiceRevision
) -> dict[str, Any]:
    """Return a service revision as the API shows it."""
    settings = {k: v for k, v in revision.settings.items() if v}
    resolved = {
        key: found
        for key in ("loadBalancers", "vpcLatticeConfigurations")
        if (found := _resolved(settings.get(key) or [], alternate=revision.alternate))
    }
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
        shown["resolvedConfiguration"] = resolved
    return shown


def _resolved(balancers: list[dict[str, Any]], *, alternate: bool) -> list[dict[str, str]]:
    """Return which target group each production listener rule forwards to, for a side."""
    return [
        {
            "targetGroupArn": registration.group_of(b, alternate=alternate),
            "productionListenerRule": rule,
        }
        for b in balancers
        if (rule := (b.get("advancedConfiguration") or {}).get("productionListenerRule"))
    ]
