"""Some answers can't be read: a proxy or a portal answers, or an answer is cut off.

Source: RFC 6585, section 6 and RFC 8952 (captive portals, which also answer with status 200);
RFC 9112, section 8 (an answer without a length that is cut off).
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from cage.rehearsal.incidents.effects import spoil
from cage.rehearsal.incidents.incident import PROMOTED, Incident
from cage.rehearsal.incidents.triggers import on_call
from cage.rehearsal.stage import Stage

_PAGE = "<!DOCTYPE html><html><head><title>Log in</title></head><body>Log in</body></html>"
_WRITES = (
    "RegisterTaskDefinition", "RunTask", "StartTask", "RegisterTargets", "UpdateService",
    "DeregisterTargets", "StopTask",
)  # fmt: skip

_incident = functools.partial(
    Incident,
    family="api",
    why="an answer that can't be read is one that didn't come: nothing is done twice",
    right=PROMOTED,
    order=2,
)


def _spoiled(answer: Callable[[str], str], *, done: bool) -> Callable[[Stage], None]:
    return lambda _stage: spoil(answer, done=done)


INCIDENTS = (
    _incident(
        name="captive-portal",
        summary="one request in twelve is answered by a portal's web page with status 200",
        arm=on_call((), _spoiled(lambda _: _PAGE, done=False), chance=0.08),
    ),
    _incident(
        name="empty-answers",
        summary="one answer in twelve is empty, though the call took effect",
        arm=on_call((), _spoiled(lambda _: "", done=True), chance=0.08),
    ),
    _incident(
        name="cut-off-answers",
        summary="one answer in twelve is cut off in the middle, though the call took effect",
        arm=on_call((), _spoiled(lambda text: text[: len(text) // 2], done=True), chance=0.08),
    ),
    _incident(
        name="unreadable-writes",
        summary="a web page comes instead of the answer to every other change, which took effect",
        arm=on_call(_WRITES, _spoiled(lambda _: _PAGE, done=True), chance=0.5),
    ),
)
