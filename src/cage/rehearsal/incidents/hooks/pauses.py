"""Someone decides a pause of the deployment, from elsewhere, or no one does until it expires.

Source: ECS developer guide, "Pause hooks for Amazon ECS service deployments".
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from cage.model.events import Event, HookStarted
from cage.rehearsal.incidents.hooks.configured import needs_hook, times_out, twice
from cage.rehearsal.incidents.incident import PROMOTED, ROLLED_BACK, Incident
from cage.rehearsal.incidents.triggers import both, once_told
from cage.rehearsal.stage import Stage

_LATER_S = 1500.0

_incident = functools.partial(Incident, family="hooks", inapplicable=needs_hook("PAUSE"), order=2)


def _paused(event: Event) -> bool:
    return isinstance(event, HookStarted) and event.hook_type == "PAUSE"


def _decided_after(seconds: float | None) -> Callable[[Stage], None]:
    """Let someone continue each pause that long after cage has seen it; None: no one does."""

    def arm(stage: Stage) -> None:
        stage.continues_after_s = seconds

    return arm


INCIDENTS = (
    _incident(
        name="pause-continued",
        summary="someone else continues the paused deployment, 25 minutes later",
        why="cage waits, and that time counts for no time limit",
        right=PROMOTED,
        arm=_decided_after(_LATER_S),
    ),
    _incident(
        name="pause-rolled-back",
        summary="someone else rolls the paused deployment back",
        why="what they decided is followed to its end",
        right=ROLLED_BACK,
        arm=both(
            _decided_after(None),
            once_told(
                _paused, lambda _stage: _LATER_S, lambda stage: stage.continue_pauses("ROLLBACK")
            ),
        ),
    ),
    _incident(
        name="pause-expires-continue",
        summary="no one decides until the pause expires, which continues",
        why="the service's owner chose to continue then",
        right=PROMOTED,
        arm=both(_decided_after(None), times_out("PAUSE", "CONTINUE")),
    ),
    _incident(
        name="pause-expires-rollback",
        summary="no one decides until the pause expires, which rolls back",
        why="the service's owner chose to roll back then",
        right=ROLLED_BACK,
        arm=both(_decided_after(None), times_out("PAUSE", "ROLLBACK")),
    ),
    _incident(
        name="two-pauses",
        summary="each stage with a pause has two, which someone continues",
        why="ECS waits for all hooks of a stage",
        right=PROMOTED,
        arm=twice,
    ),
)
