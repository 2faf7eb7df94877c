"""The history of a service: its service revisions and service deployments.

Sources: ECS developer guide, "View service history using Amazon ECS service deployments",
"Stopping Amazon ECS service deployments"; ECS API reference, ServiceDeployment and
ServiceRevision; reasons as users have published them.
"""

from __future__ import annotations

import copy
import string
from typing import TYPE_CHECKING

from ecs_simulator.world import lifecycle_hooks
from ecs_simulator.world.service_entities import (
    SimService,
    SimServiceDeployment,
    SimServiceRevision,
)
from ecs_simulator.world.task_entities import SimRevision

if TYPE_CHECKING:
    from ecs_simulator.world.engine import Engine

SETTINGS = (
    "capacityProviderStrategy",
    "gatewayConnectors",
    "launchType",
    "loadBalancers",
    "monitoring",
    "networkConfiguration",
    "platformVersion",
    "serviceConnectConfiguration",
    "serviceRegistries",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
)
"""The parameters of create-service and update-service that a service revision holds."""

BREAKER_TRIPPED = "the circuit breaker threshold was exceeded"
ALARM_ACTIVE = "of one or more active alarms"
USER_ASKED = "a user requested a rollback"
"""*Unknown*: no published trace shows ECS's reason for a rollback by StopServiceDeployment."""

NO_CANDIDATE = "No rollback candidate was found to run the rollback."

_KEPT_S = 90 * 86400.0
_ID = string.ascii_letters + string.digits + "-_"


def snapshot(engine: Engine, service: SimService, revision: SimRevision) -> SimServiceRevision:
    """Record what the service must run from now on as a new service revision."""
    number = engine.name(string.digits, 19)
    found = SimServiceRevision(
        arn=f"{service.arn.replace(':service/', ':service-revision/')}/{number}",
        revision=revision,
        settings={k: copy.deepcopy(service.raw[k]) for k in SETTINGS if k in service.raw},
        created_s=engine.now,
    )
    service.revisions[found.arn] = found
    return found


def restore(service: SimService, target: SimServiceRevision) -> None:
    """Restore the service's settings from a service revision."""
    for key in SETTINGS:
        if key in target.settings:
            service.raw[key] = copy.deepcopy(target.settings[key])
        else:
            service.raw.pop(key, None)


def open_record(
    engine: Engine, service: SimService, target: SimServiceRevision
) -> SimServiceDeployment:
    """Begin a line of history; it stops one that isn't finished.

    *Unknown*: what ECS gives as the reason of a service deployment that another one
    supersedes; none is given here.
    """
    for before in service.history:
        if not before.finished:
            finish(engine, service, before, "STOPPED")
    sources: list[SimServiceRevision] = []
    for deployment in service.deployments:
        runs = any(t.service_revision == deployment.target.arn for t in service.tasks)
        if runs and deployment.target not in sources:
            sources.append(deployment.target)
    record = SimServiceDeployment(
        arn=f"{service.arn.replace(':service/', ':service-deployment/')}/{engine.name(_ID, 21)}",
        target=target,
        sources=sources,
        configuration=copy.deepcopy(service.configuration),
        created_s=engine.now,
        updated_s=engine.now,
    )
    if service.shifts and (service.load_balancers or service.connected):
        record.weight = 0.0
    if (service.configuration.get("deploymentCircuitBreaker") or {}).get("enable"):
        record.breaker = "MONITORING"
    service.history = [
        record,
        *(r for r in service.history if engine.now - r.created_s < _KEPT_S),
    ]
    return record


def enter(engine: Engine, record: SimServiceDeployment, status: str, reason: str = "") -> None:
    """Give the service deployment a status."""
    record.status, record.updated_s = status, engine.now
    record.reason = reason or record.reason
    if status == "IN_PROGRESS" and record.started_s is None:
        record.started_s = engine.now
    engine.note(f"service deployment {status}", record.arn.rpartition("/")[2])


def finish(
    engine: Engine,
    service: SimService,
    record: SimServiceDeployment,
    status: str,
    reason: str = "",
) -> None:
    """End the service deployment; the counts of its tasks stay as they are now."""
    enter(engine, record, status, reason)
    lifecycle_hooks.forget_open(record)
    for revision in (record.target, *record.sources):
        record.counts[revision.arn] = service.counts(revision.arn)
    record.finished_s = engine.now
    if status != "SUCCESSFUL":
        record.stopped_s = engine.now if record.stopped_s is None else record.stopped_s
    if record.breaker == "MONITORING":
        record.breaker = "MONITORING_COMPLETE"


def rolled_back(why: str) -> str:
    """Return ECS's reason of a service deployment that is rolled back."""
    return f"Service deployment rolled back because {why}."


def roll_back(
    engine: Engine, record: SimServiceDeployment, to: SimServiceRevision, why: str
) -> None:
    """Roll the service deployment back to an earlier service revision."""
    text = rolled_back(why)
    enter(engine, record, "ROLLBACK_IN_PROGRESS", text)
    lifecycle_hooks.forget_open(record)
    record.stopped_s = record.rollback_s = engine.now
    record.rollback_to, record.rollback_reason = to, text
