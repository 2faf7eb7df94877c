"""The program crashes: a library doesn't fit the image.

Source: exit codes above 128 are 128 plus the signal's number (POSIX shell); 11 is SIGSEGV.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import SimTask

_REASON = ""


def _behave(stage: Stage, task: SimTask) -> None:
    after_s = stage.world.engine.between(0.5, 4)
    task.plan.exits.append(("", after_s, 139, _REASON))


INCIDENT = Incident(
    name="segmentation-fault",
    family="startup",
    summary="a container dies of a segmentation fault",
    why="each task would crash alike",
    right=frozenset({"Aborted"}),
    arm=for_each_new_task(_behave),
)
