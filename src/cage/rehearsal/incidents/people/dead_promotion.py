"""Another rollout was killed after the service replaced its canary.

Source: decision 0002 of this project; ECS API reference, Deployment: rolloutState IN_PROGRESS.
"""

from __future__ import annotations

from cage.rehearsal.incidents.effects import deploy_by_hand
from cage.rehearsal.incidents.incident import ABORTED, Incident

INCIDENT = Incident(
    name="dead-promotion",
    family="people",
    summary="a rollout that was killed has left its deployment in progress",
    why="cage resume follows it to its end; no second one is begun over it",
    right=ABORTED,
    arm=deploy_by_hand,
    others_deploy=True,
    hurts_running_tasks=True,
    order=8,
)
