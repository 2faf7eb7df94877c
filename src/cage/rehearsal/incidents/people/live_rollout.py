"""Another rollout of the same service is under way.

Source: decision 0002 of this project: a canary whose lease is renewed belongs to a live one.
"""

from __future__ import annotations

from cage.canary import identity
from cage.rehearsal.incidents.making import Incident, leave_canary
from cage.rehearsal.stage import Stage

_RENEWED_S = 30.0
_LASTS_S = 300.0


def _arm(stage: Stage) -> None:
    task = leave_canary(stage)
    ends_s = stage.world.now + stage.clients_s(_LASTS_S)

    def renew() -> None:
        if stage.world.now >= ends_s:
            stage.world.tasks.stop(task, "UserInitiated", "the other rollout is done")
        else:
            task.tags[identity.LEASE_TAG] = identity.lease(stage.clients_now())
            stage.world.engine.after(stage.clients_s(_RENEWED_S), renew)

    renew()


INCIDENT = Incident(
    name="live-rollout",
    family="people",
    summary="another rollout of the service is under way",
    why="two rollouts of one service would hurt each other",
    right=frozenset({"Aborted"}),
    arm=_arm,
)
