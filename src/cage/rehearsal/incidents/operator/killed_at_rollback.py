"""The process is killed while a failed deployment is rolled back, and the rollout is resumed.

Source: signal(7): SIGKILL can't be caught, nor can the out-of-memory killer.
"""

from __future__ import annotations

from cage.model.events import Step
from cage.rehearsal.incidents.health import crash_after_promotion
from cage.rehearsal.incidents.making import Incident, killed_in
from cage.rehearsal.stage import Stage


def _arm(stage: Stage) -> None:
    crash_after_promotion.INCIDENT.arm(stage)
    killed_in(Step.ROLL_BACK)(stage)


INCIDENT = Incident(
    name="killed-at-rollback",
    family="operator",
    summary="the new tasks crash, the process is killed in the rollback, and resumed",
    why="the way back is followed to its end",
    right=frozenset({"RolledBack"}),
    arm=_arm,
    inapplicable=crash_after_promotion.INCIDENT.inapplicable,
    hurts_running_tasks=True,
)
