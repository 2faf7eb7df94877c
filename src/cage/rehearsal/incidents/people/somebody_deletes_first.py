"""Somebody deletes the service while the canary is checked.

Source: ECS API reference, DeleteService: the service is DRAINING, then INACTIVE.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call
from cage.rehearsal.stage import Stage


def _do(stage: Stage) -> None:
    stage.call("delete_service", cluster=stage.cluster, service=stage.service_name, force=True)


INCIDENT = Incident(
    name="somebody-deletes-first",
    family="people",
    summary="somebody deletes the service during the checks",
    why="there is nothing to update any more",
    right=frozenset({"Aborted"}),
    arm=on_call(("DescribeTasks",), _do, times=1),
    others_deploy=True,
    hurts_running_tasks=True,
)
