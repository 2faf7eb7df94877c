"""Only this rollout loses its network, for longer than its lease; another takes the lock.

Source: decision 0003 of this project: a lease that isn't renewed expires after 90 seconds.
"""

from __future__ import annotations

from typing import Any

from cage.model.events import CheckPassed, Event
from cage.rehearsal.incidents.effects import claim_lock
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import once_told
from cage.rehearsal.stage import Stage
from ecs_simulator.world.errors import NoAnswerError

_LASTS_S = 200.0
_CLAIMED_AFTER_S = (100.0, 130.0, 160.0, 190.0, 220.0, 280.0)


def _runs(event: Event) -> bool:
    return isinstance(event, CheckPassed) and event.check == "running"


def _do(stage: Stage) -> None:
    until_s = stage.world.now + _LASTS_S

    def gate(_operation: str, _params: dict[str, Any]) -> None:
        if stage.world.now < until_s:
            raise NoAnswerError(done=False)

    stage.world.gates.append(gate)
    for after_s in _CLAIMED_AFTER_S:
        stage.world.engine.after(after_s, lambda: claim_lock(stage))


INCIDENT = Incident(
    name="partitioned",
    family="people",
    summary="only this rollout loses its network; another one takes the lock (with --lock)",
    why="a lock that was lost is not relied on, and the service isn't changed",
    right=ABORTED,
    arm=once_told(_runs, lambda _: 1.0, _do),
    locked=True,
    order=13,
)
