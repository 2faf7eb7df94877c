"""Another rollout of the same service is in progress.

Source: decision 0002 of this project: a canary with a renewed lease belongs to a live rollout.
"""

from __future__ import annotations

from cage.rehearsal.incidents.effects import keep_alive, leave_canary, renew_lease
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.stage import Stage

_LASTS_S = 300.0


def _arm(stage: Stage) -> None:
    task = leave_canary(stage)
    keep_alive(
        stage,
        lambda: renew_lease(stage, task),
        _LASTS_S,
        lambda: stage.world.tasks.stop(task, "UserInitiated", "the other rollout is done"),
    )


INCIDENT = Incident(
    name="live-rollout",
    family="people",
    summary="another rollout of the service is in progress",
    why="two rollouts of one service would interfere",
    right=ABORTED,
    arm=_arm,
    order=6,
)
