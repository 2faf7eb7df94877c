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
    SimServiceRevision,
)
from ecs_simulator.world.task_entities import SimRevision

if TYPE_CHECKING:
    from ecs_simulator.world.engine import Engine

_HEX = "0123456789abcdef"
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
    adopt: bool = True,
) -> SimDeployment:
    """Make a new PRIMARY deployment; the previous one becomes ACTIVE.

    *Unknown*: whether tasks that already run exactly this configuration for a deployment that
    is being replaced are started again. Assumed to be kept, as a rollback to them is quick.
    """
    target = history.snapshot(engine, service, revision)
    target.alternate = service.production != (service.shifts and bool(service.deployments))
    deployment = SimDeployment(
        id=f"ecs-svc/{engine.digits()}",
        revision=revision,
        target=target,
        record=history.open_record(engine, service, target),
        created_s=engine.now,
        updated_s=engine.now,
        acts_from_s=engine.now + engine.lasts("first-action"),
    )
    deployment.reason = f"ECS deployment {deployment.id} in progress."
    for before in service.deployments:
        _supersede(service, before)
        if adopt and _same(before.target, target):
            before.wanted = 0
            for task in service.tasks:
                if task.deployment_id == before.id:
                    task.deployment_id = deployment.id
                    task.service_revision = target.arn
    _lead(engine, service, deployment)
    return deployment


def _supersede(service: SimService, before: SimDeployment) -> None:
    if before.status == "PRIMARY":
        before.wanted = service.desired
    before.status = "ACTIVE"


def _lead(engine: Engine, service: SimService, deployment: SimDeployment) -> None:
    """Make a deployment the one that the scheduler works toward."""
    service.deployments = [deployment, *(d for d in service.deployments if d is not deployment)]
    service.steady = False
    service.told.clear()
    engine.note("deployment IN_PROGRESS", deployment.id)


def _same(one: SimServiceRevision, other: SimServiceRevision) -> bool:
    """Return whether one service revision's tasks can serve another."""
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
    if service.deployments[0] is not completed or completed.rollout_state != "COMPLETED":
        return

    def listed(deployment: SimDeployment) -> bool:
        mine = (t for t in service.tasks if t.deployment_id == deployment.id)
        if deployment is completed or any(task.last_status not in SETTLED for task in mine):
            return True
        if deployment.rollout_state != "FAILED":
            return False
        if deployment.listed_until_s is None:
            left_s = engine.lasts("listed-after-failure")
            deployment.listed_until_s = engine.now + left_s
            engine.after(left_s, lambda: forget(engine, service, service.deployments[0]))
        return engine.now < deployment.listed_until_s

    service.deployments = [d for d in service.deployments if listed(d)]
    engine.touch_service(service)


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


def undo(engine: Engine, service: SimService, failed: SimDeployment, by: str, why: str) -> None:
    """Mark a deployment FAILED, and roll it back. For the arguments, see `roll_back`."""
    reason = history.rolled_back(why)
    fail(engine, service, failed, reason, reason.removesuffix("."))
    roll_back(engine, service, failed, by, why)


def roll_back(
    engine: Engine, service: SimService, failed: SimDeployment, by: str, why: str
) -> None:
    """Roll back: the deployment that had completed is PRIMARY again, under its old id.

    Without one that is COMPLETED, ECS can't roll back and can't start tasks. A deployment that
    began during a rollback has none, and the rollback itself has none.
    Source: ECS developer guide, circuit breaker; published logs show the old id and createdAt.

    Args:
        by: Who rolls back, as ECS names it in the deployment's reason.
        why: The reason, as ECS gives it for the service deployment: `the circuit breaker …`.
    """
    record, back = failed.record, service.candidate
    if back is None:
        history.finish(engine, service, record, "ROLLBACK_FAILED", history.NO_CANDIDATE)
        return
    history.roll_back(engine, record, back.target, why)
    if record.weight is not None:
        record.weight, record.test_weight = 0.0, 0.0
    history.restore(service, back.target)
    _supersede(service, failed)
    back.status, back.rollout_state, back.rollback = "PRIMARY", "IN_PROGRESS", True
    back.record, back.updated_s, back.baked_from_s = record, engine.now, None
    back.failed_tasks = back.launches_failed = 0
    back.trips, back.unplaced_from_s = False, None
    back.acts_from_s = engine.now + engine.lasts("first-action-of-rollback")
    back.reason = f"{by}: rolling back to deploymentId {back.id}."
    _lead(engine, service, back)
    tell(engine, service, texts.rolling_back(back.id))
