"""Somebody deploys a fix while our deployment goes on.

Source: ECS developer guide, "Updating an Amazon ECS service".
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, deploy_by_hand, on_call
from cage.rehearsal.stage import Stage


def _do(stage: Stage) -> None:
    deploy_by_hand(stage)


INCIDENT = Incident(
    name="somebody-deploys-over-it",
    family="people",
    summary="somebody deploys a fix over our deployment",
    why="their fix is left alone",
    right=frozenset({"Superseded"}),
    arm=on_call(("DescribeServices",), _do, times=1, after="UpdateService"),
    others_deploy=True,
    hurts_running_tasks=True,
)
