"""A rollout was killed, and someone resumes it while ours begins.

Source: decision 0002 of this project: a canary with a renewed lease belongs to a live rollout.
"""

from __future__ import annotations

from cage.model import identity
from cage.rehearsal.incidents.effects import keep_alive, leave_canary, renew_lease
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.stage import Stage

_TAKEN_OVER_S = 20.0
_LASTS_S = 280.0


def _arm(stage: Stage) -> None:
    task = leave_canary(stage)

    def renew() -> None:
        task.tags[identity.ROLLOUT_TAG] = "the-one-that-resumes"
        renew_lease(stage, task)

    def stop() -> None:
        stage.world.tasks.stop(task, "UserInitiated", "the resumed rollout is done")

    def resume() -> None:
        keep_alive(stage, renew, _LASTS_S, stop)

    stage.world.engine.after(stage.clients_s(_TAKEN_OVER_S), resume)


INCIDENT = Incident(
    name="somebody-resumes-it",
    family="people",
    summary="a rollout that was killed is resumed by someone else",
    why="it is alive again, so ours yields",
    right=ABORTED,
    arm=_arm,
    order=9,
)
