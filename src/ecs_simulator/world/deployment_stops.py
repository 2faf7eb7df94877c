"""Stopping a service deployment from outside, with or without a rollback.

Source: ECS developer guide, "Stopping Amazon ECS service deployments": PENDING and
IN_PROGRESS become ROLLBACK_REQUESTED; a deployment that is already rolling back or stopping
continues. The guide documents only ROLLBACK. The API reference's model also has ABORT, assumed to
lead to STOP_REQUESTED and STOPPED (*unknown*).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ecs_simulator.world import deployments, history
from ecs_simulator.world.errors import ApiError
from ecs_simulator.world.service_entities import SimService, SimServiceDeployment

if TYPE_CHECKING:
    from ecs_simulator.world.engine import Engine

_BY_USER = "ECS deployment stopped"
"""*Unknown*: how ECS names the user's request in a deployment's reason."""


def stop(
    engine: Engine,
    service: SimService,
    record: SimServiceDeployment,
    stop_type: str,
    stopped: Callable[[SimService], None],
) -> None:
    """Request that a service deployment be stopped; it takes a moment.

    Args:
        stop_type: ROLLBACK or ABORT.
        stopped: Called when the deployment was stopped, to check the service.

    Raises:
        ApiError: The service deployment has ended.
    """
    if record.finished:
        raise ApiError(
            "ConflictException",
            f"The service deployment can't be stopped: its status is {record.status}.",
        )
    if record.status not in {"PENDING", "IN_PROGRESS"}:
        return
    requested = "ROLLBACK_REQUESTED" if stop_type == "ROLLBACK" else "STOP_REQUESTED"
    history.enter(engine, record, requested)

    def act() -> None:
        if record.status != requested:
            return
        deployment = next(d for d in service.deployments if d.record is record)
        deployments.fail(engine, service, deployment, f"{_BY_USER} by the user.", "")
        record.stopped_s = engine.now
        if stop_type == "ROLLBACK":
            deployments.roll_back(engine, service, deployment, _BY_USER, history.USER_ASKED)
        else:
            history.finish(engine, service, record, "STOPPED")
        stopped(service)

    engine.after(engine.between(1.0, 3.0), act)
