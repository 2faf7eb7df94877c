"""Another rollout of the same service is in progress, on a machine whose clock is behind.

Source: decision 0002 of this project: a lease is watched for one renewal, whatever clocks show.
AWS accepts requests of a clock that is 5 minutes off (IAM user guide, "Troubleshoot Signature
Version 4 signing").
"""

from __future__ import annotations

from datetime import timedelta

from cage.model import identity
from cage.rehearsal.incidents.effects import keep_alive, leave_canary
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.stage import Stage

_LASTS_S = 400.0
_BEHIND = timedelta(seconds=200)


def _arm(stage: Stage) -> None:
    task = leave_canary(stage)

    def renew() -> None:
        task.tags[identity.LEASE_TAG] = identity.lease(stage.clients_now() - _BEHIND)

    keep_alive(
        stage,
        renew,
        _LASTS_S,
        lambda: stage.world.tasks.stop(task, "UserInitiated", "the other rollout is done"),
    )


INCIDENT = Incident(
    name="clocks-differ",
    family="people",
    summary="another rollout is in progress, and its clock is 200 s behind",
    why="its lease looks expired, but it is renewed",
    right=ABORTED,
    arm=_arm,
    order=6,
)
