"""The application passes its health check but fails on the requested path.

Source: ELB user guide, "Health checks for your target groups": a health check requests one path.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_check
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.task_entities import SimTask

_ANSWERS = (500, 404, 204, 301)


def _behave(stage: Stage, task: SimTask) -> None:
    for http in stage.checks.http:
        path = http.path.partition("?")[0]
        good = http.status
        bad = (code for code in _ANSWERS if not any(low <= code <= high for low, high in good))
        task.plan.paths[path] = next(bad, _ANSWERS[0])


INCIDENT = Incident(
    name="http-path-fails",
    family="checks",
    summary="the canary passes its health check, but fails on the path of the http check",
    why="the load balancer never requests that path",
    right=ABORTED,
    arm=for_each_new_task(_behave),
    inapplicable=needs_check("http", "http check"),
    order=1,
)
