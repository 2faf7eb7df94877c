"""The process is killed right after it updated the service, and the rollout is resumed.

Source: signal(7): SIGKILL can't be caught, nor can the out-of-memory killer.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, killed_at

INCIDENT = Incident(
    name="killed-after-promotion",
    family="operator",
    summary="the process is killed after the update, and resumed",
    why="its deployment is followed to the end, and its canary removed",
    right=frozenset({"Promoted"}),
    arm=killed_at("DescribeServices", after="UpdateService"),
)
