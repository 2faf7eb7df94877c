"""An essential container of the new revision exits.

Source: ECS developer guide, "Amazon ECS stopped tasks error messages", Essential container in
task exited, OutOfMemoryError; "Amazon ECS task definitions for 64-bit ARM workloads", where
Docker reports exec format error. Exit codes above 128 are 128 plus the signal's number (POSIX).
"""

from __future__ import annotations

import functools

from cage.rehearsal.incidents.effects import exits
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.task_entities import SimTask

_incident = functools.partial(Incident, family="startup", right=ABORTED, order=1)


def _complain(stage: Stage, task: SimTask) -> None:
    task.plan.last_words.append("fatal: DATABASE_URL is not set")
    task.plan.exits.append(("", stage.world.engine.between(0.5, 3), 1, ""))


INCIDENTS = (
    _incident(
        name="essential-exit",
        summary="an essential container exits right after it starts",
        why="a missing setting ends the application at each start",
        arm=for_each_new_task(_complain),
    ),
    _incident(
        name="exit-zero",
        summary="an essential container exits with 0",
        why="a service whose tasks end is never steady",
        arm=exits(0, "", 0.5, 3),
    ),
    _incident(
        name="out-of-memory",
        summary="a container is killed for its memory",
        why="each task would be killed too",
        arm=exits(137, "OutOfMemoryError: Container killed due to memory usage", 0.3, 1.5),
    ),
    _incident(
        name="segmentation-fault",
        summary="a container dies of a segmentation fault",
        why="each task would crash too",
        arm=exits(139, "", 0.5, 4),
    ),
    _incident(
        name="exec-format",
        summary="the program is for another architecture",
        why="no task of this revision can ever run",
        arm=exits(255, "exec /usr/local/bin/app: exec format error", 0.2, 1),
    ),
    _incident(
        name="late-exit",
        summary="an essential container exits about half a minute after its start",
        why="what exits within half a minute is never promoted; what exits later can be",
        right=frozenset({"Aborted", "RolledBack", "Promoted"}),
        arm=exits(1, "", 25, 45),
        hurts_running_tasks=True,
        order=3,
    ),
    _incident(
        name="exit-after-a-minute",
        summary="an essential container exits a minute or two after its start",
        why="the canary dies after the update, and shows what the service's own tasks will do",
        right=frozenset({"Aborted", "RolledBack"}),
        arm=exits(1, "", 70, 110),
        hurts_running_tasks=True,
        order=3,
    ),
)
