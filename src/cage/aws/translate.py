"""Translates the API's responses into cage's model."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from cage.model.revisions import ContainerDefinition, NetworkMode, PortMapping, Revision
from cage.model.services import (
    Deployment,
    Hook,
    Service,
    ServiceDeployment,
    ServiceEvent,
    ServiceRevision,
    TaskSet,
    load_balancers,
    primary_of,
)
from cage.model.targets import LATTICE_DRAINS_S, Target, TargetGroup, TargetHealth
from cage.model.tasks import Container, NetworkBinding, StartFailure, Task
from ecs_rules.lifecycle_hooks import USUAL_MINUTES


def revision(raw: dict[str, Any]) -> Revision:
    """Translate a task definition."""
    mode = raw.get("networkMode") or "bridge"
    return Revision(
        arn=raw["taskDefinitionArn"],
        family=raw["family"],
        number=int(raw["revision"]),
        network_mode=NetworkMode(mode),
        containers=tuple(_container_definition(c) for c in raw.get("containerDefinitions") or []),
        status=raw.get("status") or "ACTIVE",
        launch_volumes=tuple(
            v["name"] for v in raw.get("volumes") or [] if v.get("configuredAtLaunch")
        ),
        raw=raw,
    )


def _container_definition(raw: dict[str, Any]) -> ContainerDefinition:
    check = raw.get("healthCheck")
    seconds = None
    if check and list(check.get("command") or []) != ["NONE"]:
        seconds = float(check.get("interval") or 30)
    return ContainerDefinition(
        name=raw.get("name") or "",
        image=raw.get("image") or "",
        essential=raw.get("essential") is not False,
        ports=tuple(
            PortMapping(
                container_port=int(m.get("containerPort") or 0),
                host_port=int(m.get("hostPort") or 0),
            )
            for m in raw.get("portMappings") or []
        ),
        health_check_s=seconds,
    )


def service(raw: dict[str, Any]) -> Service:
    """Translate a service."""
    strategy = tuple(raw.get("capacityProviderStrategy") or ())
    deployments = tuple(_deployment(d) for d in raw.get("deployments") or [])
    sets = raw.get("taskSets") or []
    revision_arn = primary_of(raw).get("taskDefinition")
    return Service(
        arn=raw["serviceArn"],
        name=raw["serviceName"],
        cluster_arn=raw.get("clusterArn") or "",
        status=raw.get("status") or "",
        controller=(raw.get("deploymentController") or {}).get("type") or "ECS",
        strategy=(raw.get("deploymentConfiguration") or {}).get("strategy") or "ROLLING",
        scheduling=raw.get("schedulingStrategy") or "REPLICA",
        launch_type=None if strategy else raw.get("launchType") or None,
        capacity_provider_strategy=strategy,
        platform_version=raw.get("platformVersion") or None,
        revision_arn=revision_arn or raw.get("taskDefinition") or "",
        desired_count=int(raw.get("desiredCount") or 0),
        running_count=int(raw.get("runningCount") or 0),
        load_balancers=load_balancers(raw),
        deployments=deployments,
        events=tuple(
            ServiceEvent(at=e["createdAt"], message=e["message"]) for e in raw.get("events") or []
        ),
        raw=raw,
        task_sets=tuple(_task_set(s) for s in sets),
    )


def _task_set(raw: dict[str, Any]) -> TaskSet:
    return TaskSet(
        id=raw.get("id") or "",
        status=raw.get("status") or "",
        revision_arn=raw.get("taskDefinition") or "",
        desired_count=int(raw.get("computedDesiredCount") or 0),
        running_count=int(raw.get("runningCount") or 0),
        pending_count=int(raw.get("pendingCount") or 0),
        stability=raw.get("stabilityStatus") or "",
    )


def service_deployment(raw: dict[str, Any]) -> ServiceDeployment:
    """Translate an entry of describe-service-deployments."""
    target = raw.get("targetServiceRevision") or {}
    return ServiceDeployment(
        arn=raw["serviceDeploymentArn"],
        status=raw.get("status") or "",
        reason=raw.get("statusReason") or "",
        stage=raw.get("lifecycleStage") or "",
        traffic_percent=target.get("requestedProductionTrafficWeight"),
        target_revision_arn=target.get("arn") or "",
        rollback_revision_arn=(raw.get("rollback") or {}).get("serviceRevisionArn") or "",
        desired_count=int(target.get("requestedTaskCount") or 0),
        running_count=int(target.get("runningTaskCount") or 0),
        pending_count=int(target.get("pendingTaskCount") or 0),
        failed_tasks=int((raw.get("deploymentCircuitBreaker") or {}).get("failureCount") or 0),
        hooks=tuple(_hook(h, raw) for h in raw.get("lifecycleHookDetails") or []),
    )


def _hook(raw: dict[str, Any], deployment: dict[str, Any]) -> Hook:
    kind, expires_at = raw.get("targetType") or "", _utc(raw.get("expiresAt"))
    stage = deployment.get("lifecycleStage")
    config = deployment.get("deploymentConfiguration") or {}
    minutes = {
        (hook.get("timeoutConfiguration") or {}).get("timeoutInMinutes") or USUAL_MINUTES
        for hook in config.get("lifecycleHooks") or []
        if (hook.get("targetType") or "AWS_LAMBDA") == kind
        and stage in hook.get("lifecycleStages", ())
    }
    known = expires_at is not None and len(minutes) == 1
    return Hook(
        id=raw.get("hookId") or "",
        kind=kind,
        target_arn=raw.get("targetArn") or "",
        status=raw.get("status") or "",
        expires_at=expires_at,
        timeout_action=raw.get("timeoutAction") or "",
        since=expires_at - timedelta(minutes=minutes.pop()) if known and expires_at else None,
    )


def service_revision(raw: dict[str, Any]) -> ServiceRevision:
    """Translate an entry of describe-service-revisions."""
    resolved = raw.get("resolvedConfiguration") or {}
    balancers = [
        *(resolved.get("loadBalancers") or []),
        *(resolved.get("vpcLatticeConfigurations") or []),
    ]
    return ServiceRevision(
        arn=raw["serviceRevisionArn"],
        revision_arn=raw.get("taskDefinition") or "",
        target_group_arns=tuple(b["targetGroupArn"] for b in balancers if "targetGroupArn" in b),
        raw=raw,
    )


def _deployment(raw: dict[str, Any]) -> Deployment:
    return Deployment(
        id=raw["id"],
        status=raw.get("status") or "",
        revision_arn=raw.get("taskDefinition") or "",
        desired_count=int(raw.get("desiredCount") or 0),
        running_count=int(raw.get("runningCount") or 0),
        pending_count=int(raw.get("pendingCount") or 0),
        failed_tasks=int(raw.get("failedTasks") or 0),
        rollout_state=raw.get("rolloutState") or None,
        rollout_reason=raw.get("rolloutStateReason") or "",
        created_at=_utc(raw.get("createdAt")),
    )


def task(raw: dict[str, Any]) -> Task:
    """Translate a task; anything that AWS omits or sets to null becomes empty."""
    return Task(
        arn=raw["taskArn"],
        revision_arn=raw.get("taskDefinitionArn") or "",
        last_status=raw.get("lastStatus") or "",
        desired_status=raw.get("desiredStatus") or "",
        group=raw.get("group") or "",
        started_by=raw.get("startedBy") or "",
        containers=tuple(_container(c) for c in raw.get("containers") or []),
        container_instance_arn=raw.get("containerInstanceArn") or None,
        ipv4=_attached_ipv4(raw),
        stop_code=raw.get("stopCode") or "",
        stopped_reason=raw.get("stoppedReason") or "",
        created_at=_utc(raw.get("createdAt")),
        tags={t["key"]: t.get("value") or "" for t in raw.get("tags") or []},
        capacity_provider=raw.get("capacityProviderName") or "",
        started_at=_utc(raw.get("startedAt")),
    )


def _attached_ipv4(raw: dict[str, Any]) -> str | None:
    """Return the address of the task's own network interface; other attachments don't count."""
    for attachment in raw.get("attachments") or []:
        if attachment.get("type") == "ElasticNetworkInterface":
            for detail in attachment.get("details") or []:
                if detail.get("name") == "privateIPv4Address" and detail.get("value"):
                    return str(detail["value"])
    return None


def _container(raw: dict[str, Any]) -> Container:
    interfaces = raw.get("networkInterfaces") or [{}]
    code = raw.get("exitCode")
    return Container(
        name=raw.get("name") or "",
        last_status=raw.get("lastStatus") or "",
        health=raw.get("healthStatus") or "UNKNOWN",
        exit_code=None if code is None else int(code),
        reason=raw.get("reason") or "",
        bindings=tuple(
            NetworkBinding(
                container_port=int(b["containerPort"]),
                host_port=int(b["hostPort"]),
            )
            for b in raw.get("networkBindings") or []
            if b.get("containerPort") and b.get("hostPort")
        ),
        ipv4=interfaces[0].get("privateIpv4Address") or None,
        ipv6=interfaces[0].get("ipv6Address") or None,
    )


def start_failure(raw: dict[str, Any]) -> StartFailure:
    """Translate an entry of `failures`; any part can be null."""
    return StartFailure(
        reason=raw.get("reason") or "", detail=raw.get("detail") or "", arn=raw.get("arn") or ""
    )


def target_group(raw: dict[str, Any], deregistration_delay_s: float) -> TargetGroup:
    """Translate a target group."""
    asked = str(raw.get("HealthCheckPort") or "")
    return TargetGroup(
        arn=raw["TargetGroupArn"],
        name=raw.get("TargetGroupName") or raw["TargetGroupArn"].split("/")[1],
        target_type=raw.get("TargetType") or "instance",
        address_family=raw.get("IpAddressType") or "ipv4",
        deregistration_delay_s=deregistration_delay_s,
        in_use=bool(raw.get("LoadBalancerArns")),
        health_check_port=int(asked) if asked.isdecimal() else None,
        protocol=raw.get("Protocol") or "",
        vpc_id=raw.get("VpcId") or "",
        check_interval_s=float(raw.get("HealthCheckIntervalSeconds") or 0),
    )


def lattice_target_group(raw: dict[str, Any]) -> TargetGroup:
    """Translate a target group of VPC Lattice.

    Its deregistration delay can't be set (VPC Lattice API reference, TargetSummary, status).
    """
    config = raw.get("config") or {}
    check = config.get("healthCheck") or {}
    asked = check.get("port")
    return TargetGroup(
        arn=raw["arn"],
        name=raw.get("name") or raw["arn"].rpartition("/")[2],
        target_type=str(raw.get("type") or "").lower(),
        address_family=str(config.get("ipAddressType") or "IPV4").lower(),
        deregistration_delay_s=LATTICE_DRAINS_S,
        in_use=bool(raw.get("serviceArns")),
        health_check_port=int(asked) if asked else None,
        protocol=config.get("protocol") or "",
        vpc_id=config.get("vpcIdentifier") or "",
        status=raw.get("status") or "ACTIVE",
        check_interval_s=float(check.get("healthCheckIntervalSeconds") or 0),
    )


def lattice_target_health(raw: dict[str, Any]) -> TargetHealth:
    """Translate an entry of list-targets. Its states are named like those of a load balancer."""
    return TargetHealth(
        target=Target(id=raw["id"], port=int(raw.get("port") or 0)),
        state=str(raw.get("status") or "").lower(),
        reason=raw.get("reasonCode") or "",
    )


def target_health(raw: dict[str, Any]) -> TargetHealth:
    """Translate an entry of describe-target-health."""
    target, health = raw["Target"], raw.get("TargetHealth") or {}
    return TargetHealth(
        target=Target(id=target["Id"], port=int(target.get("Port") or 0)),
        state=health.get("State") or "",
        reason=health.get("Reason") or "",
        description=health.get("Description") or "",
    )


def _utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at else None
