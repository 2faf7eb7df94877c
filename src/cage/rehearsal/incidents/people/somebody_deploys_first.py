"""Somebody deploys a fix while the canary is checked.

Source: ECS developer guide, "Updating an Amazon ECS service".
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, deploy_by_hand, on_call
from cage.rehearsal.stage import Stage


def _do(stage: Stage) -> None:
    deploy_by_hand(stage)


INCIDENT = Incident(
    name="somebody-deploys-first",
    family="people",
    summary="somebody deploys a fix during the checks",
    why="their fix is not overwritten",
    right=frozenset({"Aborted"}),
    arm=on_call(("DescribeTasks",), _do, times=1),
    others_deploy=True,
    hurts_running_tasks=True,
)
