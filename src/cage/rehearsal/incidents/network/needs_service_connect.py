"""The application calls another service by its Service Connect name when it starts.

Source: ECS API reference, ServiceConnectConfiguration: only the tasks that services create are in
Service Connect.
"""

from __future__ import annotations

from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.task_entities import SimTask

_GIVES_UP_S = 2.0


def _behave(stage: Stage, task: SimTask) -> None:
    if stage.world.service_of(task) is None:
        task.plan.exits.append(("", _GIVES_UP_S, 1, ""))
        task.plan.last_words.append("getaddrinfo ENOTFOUND orders.internal")


def _inapplicable(stage: Stage) -> str | None:
    return None if stage.service.connected else "no Service Connect"


INCIDENT = Incident(
    name="needs-service-connect",
    family="network",
    summary="the application needs Service Connect to start, which a canary doesn't have",
    why="it looks like a broken revision, so cage names this cause too",
    right=ABORTED,
    arm=for_each_new_task(_behave),
    inapplicable=_inapplicable,
)
