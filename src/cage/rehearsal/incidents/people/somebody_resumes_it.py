"""A rollout was killed, and somebody resumes it while ours begins.

Source: decision 0002 of this project: a canary whose lease is renewed belongs to a live rollout.
"""

from __future__ import annotations

from cage.canary import identity
from cage.rehearsal.incidents.making import Incident, leave_canary
from cage.rehearsal.stage import Stage
from ecs_simulator.operations.times import stamp

_TAKEN_OVER_S = 20.0
_RENEWED_S = 30.0
_LASTS_S = 300.0


def _arm(stage: Stage) -> None:
    task = leave_canary(stage)
    ends_s = stage.world.now + _LASTS_S

    def renew() -> None:
        if stage.world.now >= ends_s:
            stage.world.tasks.stop(task, "UserInitiated", "the resumed rollout is done")
            return
        task.tags[identity.ROLLOUT_TAG] = "the-one-that-resumes"
        task.tags[identity.LEASE_TAG] = identity.lease(stamp(stage.world.now))
        stage.world.engine.after(_RENEWED_S, renew)

    stage.world.engine.after(_TAKEN_OVER_S, renew)


INCIDENT = Incident(
    name="somebody-resumes-it",
    family="people",
    summary="a rollout that was killed is resumed by somebody else",
    why="it is alive again, so ours gives way",
    right=frozenset({"Aborted"}),
    arm=_arm,
)
