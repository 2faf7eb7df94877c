"""A deployment alarm of the service is in ALARM before the rollout, or was deleted.

Source: ECS developer guide, "How CloudWatch alarms detect Amazon ECS deployment failures": ECS
doesn't watch an alarm that is in ALARM when the deployment starts; aws/copilot-cli#4512.
"""

from __future__ import annotations

import functools

from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.stage import Stage

_NAME = "service-errors"
_incident = functools.partial(Incident, family="configuration", right=ABORTED, order=20)


def _watch_alarm(stage: Stage) -> None:
    """Give the live service a deployment alarm that doesn't exist."""
    alarms = {"alarmNames": [_NAME], "enable": True, "rollback": True}
    configuration = {**stage.service.configuration, "alarms": alarms}
    stage.service.raw["deploymentConfiguration"] = configuration
    stage.firing.later()()


def _ring(stage: Stage) -> None:
    stage.alarm(_NAME, "ALARM")
    _watch_alarm(stage)


INCIDENTS = (
    _incident(
        name="deployment-alarm-already",
        summary="a deployment alarm of the service is in ALARM already",
        why="ECS wouldn't watch it, so a bad deployment could pass",
        arm=_ring,
    ),
    _incident(
        name="deployment-alarm-missing",
        summary="a deployment alarm of the service doesn't exist",
        why="it can't judge the deployment",
        arm=_watch_alarm,
    ),
)
