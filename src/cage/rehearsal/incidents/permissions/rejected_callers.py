"""Every call is refused: AWS doesn't know the access key, or this machine's clock is wrong.

Source: ECS API reference, "Common errors", UnrecognizedClientException and
InvalidSignatureException.
"""

from __future__ import annotations

from cage.rehearsal.incidents.effects import refuse
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import on_call


def _reject(name: str, summary: str, code: str, text: str) -> Incident:
    return Incident(
        name=name,
        family="permissions",
        summary=summary,
        why="no call can succeed",
        right=ABORTED,
        arm=on_call((), lambda _stage: refuse(code, text)),
        order=6,
    )


INCIDENTS = (
    _reject(
        "unknown-key",
        "the access key is not known to AWS",
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    ),
    _reject(
        "wrong-clock",
        "this machine's clock is off",
        "InvalidSignatureException",
        "Signature expired: 20300107T090000Z is now earlier than 20300107T091000Z",
    ),
)
