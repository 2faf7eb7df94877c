"""Every call is refused: this machine's clock is off.

Source: ECS API reference, "Common errors", InvalidSignatureException.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call, refuse

_TEXT = "Signature expired: 20300107T090000Z is now earlier than 20300107T091000Z"

INCIDENT = Incident(
    name="wrong-clock",
    family="permissions",
    summary="this machine's clock is off",
    why="nothing can be done",
    right=frozenset({"Aborted"}),
    arm=on_call((), lambda _stage: refuse("InvalidSignatureException", _TEXT)),
)
