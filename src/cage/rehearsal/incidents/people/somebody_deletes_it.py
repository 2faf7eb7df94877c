"""Somebody deletes the service while our deployment goes on.

Source: ECS API reference, DeleteService: the service is DRAINING, then INACTIVE.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call
from cage.rehearsal.stage import Stage


def _do(stage: Stage) -> None:
    stage.call("delete_service", cluster=stage.cluster, service=stage.service_name, force=True)


INCIDENT = Incident(
    name="somebody-deletes-it",
    family="people",
    summary="somebody deletes the service during our deployment",
    why="it was changed, and nothing can be proven",
    right=frozenset({"Unproven"}),
    arm=on_call(("DescribeServices",), _do, times=1, after="UpdateService"),
    others_deploy=True,
    hurts_running_tasks=True,
)
