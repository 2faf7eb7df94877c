"""A user's alarm is in ALARM before the rollout, or goes into ALARM during it.

Source: ECS developer guide, "How CloudWatch alarms detect Amazon ECS deployment failures";
CloudWatch user guide, "Using Amazon CloudWatch alarms".
"""

from __future__ import annotations

import functools

from cage.model.events import ServiceUpdated
from cage.rehearsal.incidents.conditions import (
    all_of,
    needs_approval,
    needs_bake,
    needs_bake_after,
    needs_check,
    needs_tasks,
)
from cage.rehearsal.incidents.effects import ring
from cage.rehearsal.incidents.incident import ABORTED, ROLLED_BACK, Incident
from cage.rehearsal.incidents.triggers import once_told, unapproved, waits_in

_needs_alarm = needs_check("alarms", "alarm")
_incident = functools.partial(
    Incident, family="checks", right=ABORTED, inapplicable=_needs_alarm, order=10
)
_CHOSEN = "the user chose it as a sign that the service isn't healthy"

INCIDENTS = (
    _incident(
        name="alarm-already",
        summary="an alarm is in ALARM already",
        why="such an alarm can't judge the rollout",
        arm=ring,
    ),
    _incident(
        name="alarm-in-bake",
        summary="an alarm goes into ALARM while the canary bakes",
        why="the service hasn't been changed yet, and stays so",
        arm=once_told(waits_in("bake"), lambda stage: stage.timeouts.bake_s / 3, ring),
        inapplicable=all_of(_needs_alarm, needs_bake),
    ),
    _incident(
        name="alarm-in-deployment",
        summary="an alarm goes into ALARM while the service is deployed",
        why=_CHOSEN,
        right=ROLLED_BACK,
        arm=once_told(lambda event: isinstance(event, ServiceUpdated), lambda _stage: 5.0, ring),
        inapplicable=all_of(_needs_alarm, needs_tasks),
    ),
    _incident(
        name="alarm-after-promotion",
        summary="an alarm goes into ALARM while the service bakes after its promotion",
        why=_CHOSEN,
        right=ROLLED_BACK,
        arm=once_told(waits_in("bake-after"), lambda stage: stage.timeouts.bake_after_s / 3, ring),
        inapplicable=all_of(_needs_alarm, needs_bake_after),
    ),
    _incident(
        name="alarm-before-approval",
        summary="an alarm goes into ALARM while the rollout waits for approval",
        why="no one is asked to approve what is known to fail",
        arm=unapproved(ring),
        inapplicable=all_of(needs_approval, _needs_alarm),
        order=12,
    ),
)
