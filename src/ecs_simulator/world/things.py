"""The things in the simulated account. Mutable: only the world itself writes to them."""

from ecs_simulator.world.service_things import (
    Counts,
    SimDeployment,
    SimService,
    SimServiceDeployment,
    SimServiceRevision,
)
from ecs_simulator.world.task_things import (
    ACCOUNT,
    Address,
    ApiError,
    NoAnswerError,
    Plan,
    SimContainer,
    SimInstance,
    SimRevision,
    SimTarget,
    SimTargetGroup,
    SimTask,
)

__all__ = [
    "ACCOUNT",
    "Address",
    "ApiError",
    "Counts",
    "NoAnswerError",
    "Plan",
    "SimContainer",
    "SimDeployment",
    "SimInstance",
    "SimRevision",
    "SimService",
    "SimServiceDeployment",
    "SimServiceRevision",
    "SimTarget",
    "SimTargetGroup",
    "SimTask",
]
