"""The new revision's entry point isn't in its image.

Source: ECS developer guide, "Amazon ECS stopped tasks error messages",
CannotStartContainerError.
"""

from __future__ import annotations

from cage.rehearsal.incidents.effects import cannot_start
from cage.rehearsal.incidents.incident import ABORTED, Incident

_REASON = (
    "CannotStartContainerError: Error response from daemon: failed to create "
    'task for container: exec: \\"serve\\": executable file not found in $PATH: '
    "unknown"
)

INCIDENT = Incident(
    name="bad-entry-point",
    family="startup",
    summary="the entry point isn't in the image",
    why="no task of this revision can ever start",
    right=ABORTED,
    arm=cannot_start(_REASON, 5, 15),
    order=2,
)
