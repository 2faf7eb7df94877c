"""Restart policies of containers.

Source: API reference, ContainerRestartPolicy; ECS developer guide, "Restart individual containers
in Amazon ECS tasks with container restart policies". ECS's texts are *unknown*.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.fargate import windows
from ecs_rules.request import Shape, containers, fargate_spot
from ecs_rules.values import show

_LEAST_S, _MOST_S = 60, 1800
_MOST_CODES = 50


@rule()
def policies(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """A restart policy's period and exit codes are in range; Windows on Fargate has none."""
    for spot, container in containers(task_definition):
        policy, at = container.get("restartPolicy") or {}, spot.at("restartPolicy")
        period = policy.get("restartAttemptPeriod")
        if period is not None and not _LEAST_S <= period <= _MOST_S:
            fix = f"Use {_LEAST_S} to {_MOST_S}"
            yield breach(at.at("restartAttemptPeriod"), f"{show(period)} is out of range", fix)
        codes = policy.get("ignoredExitCodes") or ()
        if len(codes) > _MOST_CODES:
            message = f"there are {len(codes)} exit codes, and {_MOST_CODES} is the most"
            yield breach(at.at("ignoredExitCodes"), message, "Remove some")
        system, why = windows(task_definition), fargate_spot(service, task_definition)
        if policy.get("enabled") and system and why:
            message = "Windows containers on Fargate don't support a restart policy"
            yield breach(at, message, "Remove it", system, why)
