"""The person or CI job that runs the rollout is interrupted.

Source: POSIX, kill(1); CI systems send SIGTERM, then SIGKILL some time later.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable

from cage.model.events import Step
from cage.rehearsal.incidents.conditions import needs_approval
from cage.rehearsal.incidents.health import crash_after_promotion
from cage.rehearsal.incidents.incident import Incident
from cage.rehearsal.incidents.triggers import (
    begins_step,
    both,
    on_call,
    once_told,
    signalled,
    unapproved,
)
from cage.rehearsal.stage import Stage

_incident = functools.partial(
    Incident, family="operator", right=frozenset({"Interrupted"}), order=1
)
_UNTOUCHED = "the canary is removed, the service untouched"
_CHANGED = "the canary is removed, and the rollout reports that the service was changed"


def _send(signal: str) -> Callable[[Stage], None]:
    return lambda stage: stage.interrupt(signal)


def _cancel(stage: Stage) -> None:
    """Cancel the job: SIGINT, then SIGTERM after 7.5 seconds.

    Source: GitHub Actions, Workflow cancellation reference. SIGKILL follows 2.5 seconds later.
    """
    stage.interrupt("SIGINT")
    asyncio.get_running_loop().call_later(7.5, stage.interrupt, "SIGTERM")


INCIDENTS = (
    _incident(
        name="ctrl-c-at-require",
        summary="Ctrl-C while the service is read",
        why="nothing was begun, and nothing has to be cleaned up",
        arm=signalled(Step.REQUIRE, "SIGINT"),
    ),
    _incident(
        name="ctrl-c-at-start",
        summary="Ctrl-C as the canary starts",
        why="the canary is stopped, the service untouched",
        arm=on_call(("DescribeTasks",), _send("SIGINT"), times=1, after="RegisterTaskDefinition"),
    ),
    _incident(
        name="sigterm-at-registration",
        summary="SIGTERM while the revision is registered",
        why="nothing was started",
        arm=on_call(("RegisterTaskDefinition",), _send("SIGTERM"), times=1),
    ),
    _incident(
        name="sigterm-at-check",
        summary="SIGTERM while the canary is checked",
        why=_UNTOUCHED,
        arm=signalled(Step.CHECK, "SIGTERM"),
    ),
    _incident(
        name="canceled-job-at-check",
        summary="a CI service cancels the job while the canary is checked: SIGINT, then SIGTERM",
        why=_UNTOUCHED,
        arm=once_told(begins_step(Step.CHECK), lambda _: 20.0, _cancel),
    ),
    _incident(
        name="canceled-job-at-proof",
        summary="a CI service cancels the job during the deployment: SIGINT, then SIGTERM",
        why=_CHANGED,
        arm=once_told(begins_step(Step.PROVE), lambda _: 5.0, _cancel),
        hurts_running_tasks=True,
    ),
    _incident(
        name="ctrl-c-at-approval",
        summary="Ctrl-C while the rollout waits for approval",
        why=_UNTOUCHED,
        arm=unapproved(_send("SIGINT")),
        inapplicable=needs_approval,
    ),
    _incident(
        name="ctrl-c-at-promotion",
        summary="Ctrl-C while the service is updated",
        why=_CHANGED,
        arm=on_call(("UpdateService",), _send("SIGINT"), times=1),
    ),
    _incident(
        name="sigterm-at-proof",
        summary="SIGTERM during the deployment",
        why=_CHANGED,
        arm=on_call(("DescribeServices",), _send("SIGTERM"), times=1, after="UpdateService"),
        hurts_running_tasks=True,
    ),
    _incident(
        name="sigterm-at-rollback",
        summary="the new tasks crash, and SIGTERM comes during the rollback",
        why="ECS continues or has finished; the rollout reports what became of the service",
        right=frozenset({"Interrupted", "RolledBack"}),
        arm=both(crash_after_promotion.INCIDENT.arm, signalled(Step.ROLL_BACK, "SIGTERM")),
        inapplicable=crash_after_promotion.INCIDENT.inapplicable,
        hurts_running_tasks=True,
    ),
)
