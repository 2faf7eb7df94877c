"""Lambda functions that lifecycle hooks invoke: what they receive, and what they answer.

Source: ECS developer guide, "Lambda hooks for Amazon ECS service deployments". A function that
fails, or doesn't answer with a valid `hookStatus`, rolls the deployment back.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from ecs_simulator.world.engine import Engine

SUCCEEDED, FAILED, IN_PROGRESS = "SUCCEEDED", "FAILED", "IN_PROGRESS"
_STATUSES = frozenset({SUCCEEDED, FAILED, IN_PROGRESS})
_CALLED_AGAIN_S = 30.0
_DELAY = "callBackDelay"


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """A function's answer.

    Attributes:
        status: SUCCEEDED, FAILED or IN_PROGRESS; anything else fails the hook.
        again_s: After how many seconds a function that is IN_PROGRESS is invoked again.
        details: Additional input of the next invocation: `hookDetails`.
    """

    status: str
    again_s: float = _CALLED_AGAIN_S
    details: Mapping[str, Any] = dataclasses.field(default_factory=dict)


BROKEN = Answer("")
"""The answer of a function that fails, or answers with nothing that ECS understands."""

Answered: TypeAlias = Callable[[Answer], None]
Function: TypeAlias = Callable[[dict[str, Any], Answered], None]
"""Receives an invocation's payload, and calls back with the answer, now or later."""


def read(answer: object) -> Answer:
    """Return what ECS reads in a function's answer, which is a JSON value."""
    if not isinstance(answer, Mapping) or answer.get("hookStatus") not in _STATUSES:
        return BROKEN
    delay, details = answer.get(_DELAY), answer.get("hookDetails")
    given = isinstance(delay, int | float) and not isinstance(delay, bool)
    return Answer(
        status=answer["hookStatus"],
        again_s=max(0.0, float(delay or 0)) if given else _CALLED_AGAIN_S,
        details=details if isinstance(details, Mapping) else {},
    )


class Functions:
    """The account's Lambda functions.

    Attributes:
        played: The functions by ARN or name. Any other one succeeds at once.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.played: dict[str, Function] = {}

    def invoke(self, arn: str, payload: dict[str, Any], answered: Answered) -> None:
        """Invoke a function, by its ARN, which can end with a version or an alias."""
        name = arn.partition(":function:")[2].partition(":")[0] or arn
        function = self.played.get(arn) or self.played.get(name)
        if function is None:
            self.later(1.0, Answer(SUCCEEDED))(payload, answered)
        else:
            function(payload, answered)

    def later(self, takes_s: float, *answers: Answer) -> Function:
        """Return a function that answers in turn, each time after some seconds; the last repeats.

        Without an answer it never answers at all.
        """
        left = list(answers)

        def function(_payload: dict[str, Any], answered: Answered) -> None:
            if left:
                answer = left.pop(0) if len(left) > 1 else left[0]
                self._engine.after(takes_s, lambda: answered(answer))

        return function
