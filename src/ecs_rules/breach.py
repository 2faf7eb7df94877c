"""A rule's result: which part of a request ECS or ELB doesn't accept, and why."""

from __future__ import annotations

import dataclasses

from ecs_rules.request import Spot

INVALID = "InvalidParameterException"
CLIENT = "ClientException"


@dataclasses.dataclass(frozen=True, slots=True)
class Breach:
    """A part of a request that isn't accepted, or that can't work.

    Attributes:
        spot: The part of the request.
        problem: The problem, in plain words.
        fix: How to fix it.
        relies_on: Other values that the rule checked.
        text: ECS's own text, if ECS's answer is known.
        code: The code of ECS's error.
        advice: Whether it is accepted, but probably not what was meant.
    """

    spot: Spot
    problem: str
    fix: str
    relies_on: tuple[Spot, ...] = ()
    text: str = ""
    code: str = INVALID
    advice: bool = False


def breach(
    spot: Spot, problem: str, fix: str, *relies_on: Spot, text: str = "", code: str = INVALID
) -> Breach:
    """Return what isn't accepted."""
    return Breach(spot, problem, fix, relies_on, text, code)


def advice(spot: Spot, problem: str, fix: str, *relies_on: Spot) -> Breach:
    """Return what is accepted, but probably not what was meant."""
    return Breach(spot, problem, fix, relies_on, advice=True)
