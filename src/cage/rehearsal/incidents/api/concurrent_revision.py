"""Someone registers a revision of the same family at the same moment.

Source: ECS answers with a ClientException that botocore's retry rules don't know.
"""

from __future__ import annotations

from cage.rehearsal.incidents.effects import refuse
from cage.rehearsal.incidents.incident import PROMOTED, Incident
from cage.rehearsal.incidents.triggers import on_call

_TEXT = "Too many concurrent attempts to create a new revision of the specified family."

INCIDENT = Incident(
    name="concurrent-revision",
    family="api",
    summary="others register revisions of the family at the same moment",
    why="it is registered a moment later",
    right=PROMOTED,
    arm=on_call(
        ("RegisterTaskDefinition",), lambda _stage: refuse("ClientException", _TEXT), times=2
    ),
    order=4,
)
