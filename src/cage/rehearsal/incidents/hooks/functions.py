"""The function of a Lambda hook is slow, fails, is in progress for a while, or for too long.

Source: ECS developer guide, "Lambda hooks for Amazon ECS service deployments".
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from cage.rehearsal.incidents.hooks.configured import needs_hook, times_out
from cage.rehearsal.incidents.incident import PROMOTED, ROLLED_BACK, Incident
from cage.rehearsal.incidents.triggers import both
from cage.rehearsal.stage import Stage
from ecs_simulator.world.functions import BROKEN, FAILED, IN_PROGRESS, SUCCEEDED, Answer

_AGAIN = Answer(IN_PROGRESS)
_GOOD = Answer(SUCCEEDED)

_incident = functools.partial(
    Incident, family="hooks", inapplicable=needs_hook("AWS_LAMBDA"), order=1
)


def _answers(*answers: Answer, takes_s: float = 2.0) -> Callable[[Stage], None]:
    """Make every hook's function answer so from now on; the last answer repeats."""

    def arm(stage: Stage) -> None:
        functions = stage.world.functions
        for hook in stage.definition["deploymentConfiguration"]["lifecycleHooks"]:
            if hook.get("hookTargetArn"):
                functions.played[hook["hookTargetArn"]] = functions.later(takes_s, *answers)

    return arm


INCIDENTS = (
    _incident(
        name="hook-slow",
        summary="a hook's function takes twelve minutes, then succeeds",
        why="a slow hook is not a failed one, and its time counts for no time limit",
        right=PROMOTED,
        arm=_answers(_GOOD, takes_s=720.0),
    ),
    _incident(
        name="hook-in-progress",
        summary="a hook's function is in progress 60 times, then succeeds",
        why="ECS invokes it again, and that time counts for no time limit",
        right=PROMOTED,
        arm=_answers(*[_AGAIN] * 60, _GOOD),
    ),
    _incident(
        name="hook-fails",
        summary="a hook's function returns FAILED",
        why="ECS rolls the deployment back",
        right=ROLLED_BACK,
        arm=_answers(Answer(FAILED)),
    ),
    _incident(
        name="hook-breaks",
        summary="a hook's function returns no hookStatus",
        why="ECS rolls the deployment back",
        right=ROLLED_BACK,
        arm=_answers(BROKEN),
    ),
    _incident(
        name="hook-times-out-continue",
        summary="a hook's function is in progress until its timeout, which continues",
        why="the service's owner chose to continue then",
        right=PROMOTED,
        arm=both(_answers(_AGAIN), times_out("AWS_LAMBDA", "CONTINUE")),
    ),
    _incident(
        name="hook-times-out-rollback",
        summary="a hook's function is in progress until its timeout, which rolls back",
        why="the service's owner chose to roll back then",
        right=ROLLED_BACK,
        arm=both(_answers(_AGAIN), times_out("AWS_LAMBDA", "ROLLBACK")),
    ),
)
