"""Whether a request and the task definition that it names go together."""

from __future__ import annotations

from typing import Any

from ecs_simulator.operations.strategies import invalid
from ecs_simulator.world import World
from ecs_simulator.world.things import SimRevision


def check(world: World, revision: SimRevision, params: dict[str, Any]) -> None:
    """Require a network configuration for awsvpc and for nothing else, and a fitting launch type.

    Args:
        params: A service, or a run-task or start-task call.

    Raises:
        ApiError: They don't go together.

    Source: API, CreateService and RunTask; the texts are those that users of ECS have published.
    """
    awsvpc = revision.network_mode == "awsvpc"
    given = bool(params.get("networkConfiguration"))
    if given and not awsvpc:
        raise invalid(
            "Network Configuration is not valid for the given networkMode of this task definition."
        )
    if awsvpc and not given:
        raise invalid(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        )
    launch_type = world.launch_type_of(params)
    if launch_type == "FARGATE" and launch_type not in revision.raw["compatibilities"]:
        raise invalid(f"Task definition does not support launch_type {launch_type}.")
