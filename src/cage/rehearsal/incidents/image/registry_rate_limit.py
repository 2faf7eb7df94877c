"""The public registry limits pulls.

Source: ECS developer guide, "CannotPullContainer task errors in Amazon ECS".
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import SimTask

_REASON = (
    "CannotPullContainerError: inspect image has been retried 1 time(s): "
    "httpReadSeeker: failed open: unexpected status code 429 Too Many Requests "
    "- Server message: toomanyrequests: You have reached your pull rate limit"
)


def _behave(stage: Stage, task: SimTask) -> None:
    reason = _REASON.replace("IMAGE", task.containers[0].image)
    task.plan.start_failure = (reason, reason)
    task.plan.start_failure_s = stage.world.engine.between(20, 60)


INCIDENT = Incident(
    name="registry-rate-limit",
    family="image",
    summary="the registry limits how often it is pulled from",
    why="the service's own tasks would fail alike",
    right=frozenset({"Aborted"}),
    arm=for_each_new_task(_behave),
)
