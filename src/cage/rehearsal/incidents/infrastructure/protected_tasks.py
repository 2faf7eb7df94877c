"""The service's own tasks are protected for eight minutes while they are to be replaced.

Source: ECS developer guide, "Protect your Amazon ECS tasks from being terminated by scale-in
events": a deployment waits for protected tasks.
"""

from __future__ import annotations

from cage.rehearsal.incidents.incident import PROMOTED, Incident
from cage.rehearsal.incidents.triggers import on_call
from cage.rehearsal.stage import Stage

_MINUTES = 8
_AT_ONCE = 10
"""UpdateTaskProtection accepts ten tasks."""


def _no_daemon(stage: Stage) -> str | None:
    return "a DAEMON service isn't scaled in" if stage.service.daemon else None


def _do(stage: Stage) -> None:
    tasks = [t for t in stage.world.tasks.all.values() if stage.world.service_of(t)]
    mine = [t.arn for t in tasks if not t.stopping and t.revision.number == 1]
    for first in range(0, len(mine), _AT_ONCE):
        some = mine[first : first + _AT_ONCE]
        stage.call(
            "update_task_protection",
            cluster=stage.cluster,
            tasks=some,
            protectionEnabled=True,
            expiresInMinutes=_MINUTES,
        )


INCIDENT = Incident(
    name="protected-tasks",
    family="infrastructure",
    summary="the old tasks are protected from being stopped for eight minutes",
    why="a deployment that waits for protected tasks is waited for",
    right=PROMOTED,
    arm=on_call(("UpdateService",), _do, times=1),
    inapplicable=_no_daemon,
    order=8,
)
