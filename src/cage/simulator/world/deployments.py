"""The records of deployments: begun, failed, rolled back, completed.

Source: ECS developer guide, "How the Amazon ECS deployment circuit breaker detects
failures"; ECS API reference, DeploymentCircuitBreaker.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from cage.simulator.world.things import SimDeployment, SimRevision, SimService

if TYPE_CHECKING:
    from cage.simulator.world.engine import Engine

_LEAST, _MOST = 3, 200
_LISTED_AFTER_FAILURE_S = 180.0


def tell(engine: Engine, service: SimService, text: str) -> None:
    """Write a line to the service's events."""
    service.events.appendleft(
        {"id": engine.hex_id(), "at_s": engine.now, "message": f"(service {service.name}) {text}"}
    )
    engine.note("service event", text)


def begin(
    engine: Engine,
    service: SimService,
    revision: SimRevision,
    *,
    reason: str = "",
    adopt: bool = True,
) -> SimDeployment:
    """Make a new PRIMARY deployment; the one before becomes ACTIVE.

    *Unknown*: whether tasks that already run this revision for a deployment that is being
    replaced are started anew. Taken to be kept, as a rollback to them is seen to be quick.
    """
    deployment = SimDeployment(
        id=f"ecs-svc/{engine.digits()}",
        revision=revision,
        created_s=engine.now,
        updated_s=engine.now,
        rollback=bool(reason),
    )
    deployment.reason = reason or f"ECS deployment {deployment.id} in progress."
    for before in service.deployments:
        before.status = "ACTIVE"
        if adopt and before.revision is revision:
            for task in service.tasks:
                if task.deployment_id == before.id:
                    task.deployment_id = deployment.id
    service.deployments.insert(0, deployment)
    engine.note("deployment IN_PROGRESS", deployment.id)
    return deployment


def complete(engine: Engine, service: SimService, deployment: SimDeployment) -> None:
    """Mark the deployment COMPLETED and forget those that it replaced."""
    if deployment.rollout_state != "IN_PROGRESS":
        return
    deployment.rollout_state = "COMPLETED"
    deployment.reason = f"ECS deployment {deployment.id} completed."
    deployment.updated_s = engine.now
    service.completed.append(deployment.revision)
    service.deployments = [
        d for d in service.deployments if d is deployment or _still_listed(engine, d)
    ]
    engine.note("deployment COMPLETED", deployment.id)
    tell(engine, service, f"(deployment {deployment.id}) deployment completed.")
    tell(engine, service, "has reached a steady state.")


def _still_listed(engine: Engine, deployment: SimDeployment) -> bool:
    failed = deployment.rollout_state == "FAILED"
    return failed and engine.now - deployment.updated_s < _LISTED_AFTER_FAILURE_S


def reset(service: SimService, deployment: SimDeployment) -> None:
    """A healthy task clears the count of failures, unless the service says otherwise."""
    if _breaker(service).get("resetOnHealthyTask") is not False:
        deployment.failed_tasks = 0


def count_failure(engine: Engine, service: SimService, deployment: SimDeployment) -> None:
    """Count a failed task; at the threshold the circuit breaker opens."""
    if deployment.rollout_state != "IN_PROGRESS":
        return
    deployment.failed_tasks += 1
    if deployment.failed_tasks == _LEAST:
        tell(engine, service, "is unable to consistently start tasks successfully.")
    breaker = _breaker(service)
    if not breaker.get("enable") or deployment.failed_tasks < threshold(service):
        return
    deployment.rollout_state = "FAILED"
    deployment.reason = "ECS deployment circuit breaker: tasks failed to start."
    deployment.updated_s = engine.now
    engine.note("deployment FAILED", deployment.id)
    tell(engine, service, f"(deployment {deployment.id}) deployment failed: tasks failed to start.")
    good = service.completed[-1] if service.completed else None
    if breaker.get("rollback") and not deployment.rollback and good is not None:
        back = begin(engine, service, good, reason="rolling back")
        back.reason = f"ECS deployment circuit breaker: rolling back to deploymentId {back.id}."
        tell(engine, service, f"rolling back to (deployment {back.id}).")


def threshold(service: SimService) -> int:
    """Return how many failed tasks in a row open the circuit breaker."""
    config = _breaker(service).get("thresholdConfiguration") or {}
    value = config.get("value")
    value = 50.0 if value is None else float(value)
    match config.get("type") or "BOUNDED_PERCENT":
        case "COUNT":
            return max(1, int(value))
        case "UNBOUNDED_PERCENT":
            return max(1, math.ceil(value / 100 * service.desired))
        case _:
            return min(_MOST, max(_LEAST, math.ceil(value / 100 * service.desired)))


def _breaker(service: SimService) -> dict[str, Any]:
    config = service.raw.get("deploymentConfiguration") or {}
    return config.get("deploymentCircuitBreaker") or {}
