"""The CI job is cancelled while a failed deployment is rolled back.

Source: POSIX, kill(1); CI systems send SIGTERM, and SIGKILL some time later.
"""

from __future__ import annotations

from cage.model.events import Step
from cage.rehearsal.incidents.health import crash_after_promotion
from cage.rehearsal.incidents.making import Incident, signalled
from cage.rehearsal.stage import Stage


def _arm(stage: Stage) -> None:
    crash_after_promotion.INCIDENT.arm(stage)
    signalled(Step.ROLL_BACK, "SIGTERM")(stage)


INCIDENT = Incident(
    name="sigterm-at-rollback",
    family="operator",
    summary="the new tasks crash, and SIGTERM comes during the rollback",
    why="ECS goes on with it, or is done; what became of the service is told",
    right=frozenset({"Interrupted", "RolledBack"}),
    arm=_arm,
    inapplicable=crash_after_promotion.INCIDENT.inapplicable,
    hurts_running_tasks=True,
)
