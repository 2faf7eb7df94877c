"""Someone deletes the service's lock during the checks, and claims it.

Source: SSM API reference, DeleteParameter: the history is deleted with the parameter.
"""

from __future__ import annotations

from cage.rehearsal.incidents.effects import claim_lock, lock_of
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import on_call
from cage.rehearsal.stage import Stage


def _do(stage: Stage) -> None:
    stage.world.parameters.delete(lock_of(stage))
    claim_lock(stage)


INCIDENT = Incident(
    name="lock-lost",
    family="people",
    summary="someone deletes the service's lock and takes it (with --lock)",
    why="the service isn't changed by two at once",
    right=ABORTED,
    arm=on_call(("DescribeTasks",), _do, times=1, after="RegisterTaskDefinition"),
    locked=True,
    order=12,
)
