"""The health check's path answers with 404: the path has moved.

Source: ELB user guide, "Health check reason codes", Target.ResponseCodeMismatch.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_load_balancer
from cage.rehearsal.incidents.making import Incident, for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import SimTask


def _behave(_stage: Stage, task: SimTask) -> None:
    task.plan.answer = 404


INCIDENT = Incident(
    name="no-such-path",
    family="health",
    summary="the health check is answered with 404",
    why="no task of it ever becomes healthy",
    right=frozenset({"Aborted"}),
    arm=for_each_new_task(_behave),
    inapplicable=needs_load_balancer,
)
