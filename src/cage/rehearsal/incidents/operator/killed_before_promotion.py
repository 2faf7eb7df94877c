"""The process is killed while the canary is checked, and the rollout is resumed.

Source: signal(7): SIGKILL can't be caught, nor can the out-of-memory killer.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, killed_at

INCIDENT = Incident(
    name="killed-before-promotion",
    family="operator",
    summary="the process is killed during the checks, and resumed",
    why="the revision that it registered is checked anew, and promoted",
    right=frozenset({"Promoted"}),
    arm=killed_at("DescribeTasks", after="RegisterTaskDefinition"),
)
