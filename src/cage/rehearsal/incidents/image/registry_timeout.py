"""The registry doesn't answer at first.

Source: ECS developer guide, "CannotPullContainer task errors in Amazon ECS", i/o timeout.
"""

from __future__ import annotations

from cage.rehearsal.incidents.incident import PROMOTED, Incident
from cage.rehearsal.incidents.triggers import is_next
from cage.rehearsal.stage import Stage
from ecs_simulator.world.task_entities import SimTask

_REASON = (
    "CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: "
    "httpReadSeeker: failed open: failed to do request: dial tcp: i/o timeout"
)


def _arm(stage: Stage) -> None:
    happens = stage.firing.later()
    hit: list[str] = []

    def behave(task: SimTask) -> None:
        if is_next(task) and not hit:
            happens()
            hit.append(task.id)
            task.plan.start_failure = (_REASON, _REASON)
            task.plan.start_failure_s = stage.world.engine.between(20, 60)

    stage.world.tasks.behaviors.append(behave)


INCIDENT = Incident(
    name="registry-timeout",
    family="image",
    summary="the registry doesn't answer the first canary",
    why="the revision isn't at fault, and the next canary starts",
    right=PROMOTED,
    arm=_arm,
    order=2,
)
