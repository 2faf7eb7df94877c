"""The records of deployments: begun, failed, rolled back, completed.

Sources: ECS developer guide, "How the Amazon ECS deployment circuit breaker detects
failures"; ECS API reference, Deployment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecs_simulator.world import history, texts
from ecs_simulator.world.rolling_deployments import SETTLED
from ecs_simulator.world.service_entities import (
    SimDeployment,
    SimService,
    SimServiceDeployment,
    SimServiceRevision,
)
from ecs_simulator.world.task_entities import SimRevision

if TYPE_CHECKING:
    from ecs_simulator.world.engine import Engine

_HEX = "0123456789abcdef"
_LISTED_AFTER_FAILURE_S = 180.0
REPEATED_AFTER_S = 6 * 3600.0


def tell(engine: Engine, service: SimService, text: str, task_set: str = "") -> None:
    """Write a line to the service's events; some call the deployment a task set."""
    who = f"{service.name}, taskSet {task_set}" if task_set else service.name
    service.events.appendleft(
        {"id": engine.name(_HEX, 32), "at_s": engine.now, "message": f"(service {who}) {text}"}
    )
    engine.note("service event", text)
    engine.touch_service(service)


def tell_once(engine: Engine, service: SimService, about: str, text: str) -> None:
    """Write a line unless it is a duplicate: ECS repeats a line only after six hours.

    Source: ECS developer guide, "Amazon ECS service event messages": duplicates are left
    out until the cause is resolved.
    """
    before = service.told.get(about)
    if before is None or engine.now - before >= REPEATED_AFTER_S:
        service.told[about] = engine.now
        tell(engine, service, text)


def begin(
    engine: Engine,
    service: SimService,
    revision: SimRevision,
    *,
    reason: str = "",
    adopt: bool = True,
    back_to: SimServiceRevision | None = None,
    record: SimServiceDeployment | None = None,
) -> SimDeployment:
    """Make a new PRIMARY deployment; the previous one becomes ACTIVE.

    *Unknown*: whether tasks that already run exactly this configuration for a deployment that
    is being replaced are started again. Assumed to be kept, as a rollback to them is quick.

    Args:
        reason: The reason; never empty for a rollback.
        back_to: The service revision that a rollback returns to.
        record: The service deployment that a rollback belongs to.
    """
    target = back_to
    if target is None:
        target = history.snapshot(engine, service, revision)
        target.alternate = service.production != (service.shifts and bool(service.deployments))
    deployment = SimDeployment(
        id=f"ecs-svc/{engine.digits()}",
        revision=revision,
        target=target,
        record=record or history.open_record(engine, service, target),
        created_s=engine.now,
        updated_s=engine.now,
        rollback=bool(reason),
    )
    deployment.reason = reason or f"ECS deployment {deployment.id} in progress."
    for before in service.deployments:
        if before.status == "PRIMARY":
            before.wanted = service.desired
        before.status = "ACTIVE"
        if adopt and _same(before.target, target, rollback=back_to is not None):
            before.wanted = 0
            for task in service.tasks:
                if task.deployment_id == before.id:
                    task.deployment_id = deployment.id
                    task.service_revision = target.arn
    service.deployments.insert(0, deployment)
    service.steady = False
    service.told.clear()
    engine.note("deployment IN_PROGRESS", deployment.id)
    return deployment


def _same(one: SimServiceRevision, other: SimServiceRevision, *, rollback: bool) -> bool:
    """Return whether one service revision's tasks can serve another; a rollback needs its own."""
    if rollback or one is other:
        return one is other
    return (
        one.revision is other.revision
        and one.settings == other.settings
        and one.alternate == other.alternate
    )


def scale(service: SimService, desired: int) -> None:
    """Change the desired count; while it deploys, the serving tasks grow with it.

    Source: AWS What's New, November 2025, "Amazon ECS improves service availability during
    rolling deployments": scaling out applies to both service revisions.
    """
    more = desired - service.desired
    for deployment in service.deployments:
        if deployment.status != "PRIMARY" and deployment.wanted and more > 0:
            deployment.wanted += more
    service.desired = desired


def complete(engine: Engine, service: SimService, deployment: SimDeployment) -> None:
    """Mark the deployment COMPLETED and forget those that it replaced."""
    if deployment.rollout_state != "IN_PROGRESS":
        return
    deployment.rollout_state = "COMPLETED"
    deployment.reason = f"ECS deployment {deployment.id} completed."
    deployment.updated_s = engine.now
    service.completed.append(deployment.target)
    forget(engine, service, deployment)
    if not deployment.record.finished:
        status = "ROLLBACK_SUCCESSFUL" if deployment.rollback else "SUCCESSFUL"
        history.finish(engine, service, deployment.record, status)
    engine.note("deployment COMPLETED", deployment.id)
    tell(engine, service, texts.completed(deployment.id))


def forget(engine: Engine, service: SimService, completed: SimDeployment) -> None:
    """Forget the deployments that a completed one replaced, failed ones a little later.

    One that completed early leaves tasks of the deployments before, which stay listed.
    """
    if service.deployments[0] is not completed:
        return
    service.deployments = [
        d for d in service.deployments if d is completed or _still_listed(engine, service, d)
    ]
    engine.touch_service(service)
    if len(service.deployments) > 1:
        engine.after(_LISTED_AFTER_FAILURE_S, lambda: forget(engine, service, completed))


def _still_listed(engine: Engine, service: SimService, deployment: SimDeployment) -> bool:
    mine = [t for t in service.tasks if t.deployment_id == deployment.id]
    if any(task.last_status not in SETTLED for task in mine):
        return True
    failed = deployment.rollout_state == "FAILED"
    return failed and engine.now - deployment.updated_s < _LISTED_AFTER_FAILURE_S


def fail(
    engine: Engine, service: SimService, deployment: SimDeployment, reason: str, event: str
) -> None:
    """Mark the deployment FAILED: it starts no more tasks.

    Args:
        event: The text of the service's event; empty: no event is written.
    """
    deployment.rollout_state = "FAILED"
    deployment.reason = reason
    deployment.updated_s = engine.now
    engine.note("deployment FAILED", deployment.id)
    if event:
        tell(engine, service, texts.failed(deployment.id, event))


def roll_back(
    engine: Engine, service: SimService, failed: SimDeployment, by: str, why: str
) -> None:
    """Roll back to the latest deployment that completed; if none did, ECS stalls.

    A rollback that fails isn't rolled back in turn: "no third deployment".

    Args:
        by: Who rolls back, as ECS names it in the deployment's reason.
        why: The reason, as ECS gives it for the service deployment: `the circuit breaker …`.
    """
    record = failed.record
    good = service.completed[-1] if service.completed else None
    if good is None or failed.rollback:
        history.finish(engine, service, record, "ROLLBACK_FAILED", history.NO_CANDIDATE)
        return
    history.roll_back(engine, record, good, why)
    if record.weight is not None:
        record.weight, record.test_weight = 0.0, 0.0
    history.restore(service, good)
    back = begin(engine, service, good.revision, reason=by, back_to=good, record=record)
    back.reason = f"{by}: rolling back to deploymentId {back.id}."
    tell(engine, service, texts.rolling_back(back.id))
