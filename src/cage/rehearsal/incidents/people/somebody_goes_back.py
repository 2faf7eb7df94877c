"""Somebody puts the service back by hand while our deployment goes on.

Source: ECS developer guide, "Updating an Amazon ECS service".
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, deploy_by_hand, on_call
from cage.rehearsal.stage import Stage


def _do(stage: Stage) -> None:
    deploy_by_hand(stage, stage.service.deployments[-1].revision.arn)


INCIDENT = Incident(
    name="somebody-goes-back",
    family="people",
    summary="somebody puts the service back during our deployment",
    why="what they did is left alone",
    right=frozenset({"Superseded"}),
    arm=on_call(("DescribeServices",), _do, times=1, after="UpdateService"),
    others_deploy=True,
    hurts_running_tasks=True,
)
