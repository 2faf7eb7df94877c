"""Every call is refused: the access key is not known to AWS.

Source: ECS API reference, "Common errors", UnrecognizedClientException.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call, refuse

_TEXT = "The security token included in the request is invalid."

INCIDENT = Incident(
    name="unknown-key",
    family="permissions",
    summary="the access key is not known to AWS",
    why="nothing can be done",
    right=frozenset({"Aborted"}),
    arm=on_call((), lambda _stage: refuse("UnrecognizedClientException", _TEXT)),
)
