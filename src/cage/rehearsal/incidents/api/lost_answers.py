"""The first answer to a call is lost, although the call took effect.

Source: ECS API reference, RunTask (clientToken), UpdateService, RegisterTaskDefinition, StopTask.
"""

from __future__ import annotations

from cage.rehearsal.incidents.effects import lose
from cage.rehearsal.incidents.incident import PROMOTED, Incident
from cage.rehearsal.incidents.triggers import on_call


def _lose(name: str, what: str, *operations: str, why: str = "it is not done twice") -> Incident:
    return Incident(
        name=name,
        family="api",
        summary=f"the answer to {what} is lost, though it took effect",
        why=why,
        right=PROMOTED,
        arm=on_call(operations, lambda _stage: lose(done=True), times=1),
        order=3,
    )


INCIDENTS = (
    _lose("lost-start", "the start of the canary", "RunTask", "StartTask"),
    _lose("lost-update", "the update", "UpdateService"),
    _lose(
        "lost-registration",
        "the registration",
        "RegisterTaskDefinition",
        why="the revision is registered again; no service runs the first one",
    ),
    _lose("lost-stop", "the stop of the canary", "StopTask"),
)
