"""What a rule says: which part of a request ECS or ELB doesn't accept, and why."""

from __future__ import annotations

import dataclasses

from ecs_rules.request import Spot

INVALID = "InvalidParameterException"
CLIENT = "ClientException"


@dataclasses.dataclass(frozen=True, slots=True)
class Breach:
    """A part of a request that isn't accepted, or that can't work.

    Attributes:
        spot: What it is about.
        problem: What is wrong, in plain words.
        fix: What to do about it.
        relies_on: Other values that the rule looked at.
        text: ECS's own text, where it is known what ECS answers.
        code: The code of ECS's error.
        advice: Whether it is accepted, and yet probably not what was meant.
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
    """Return what is accepted, and yet probably not what was meant."""
    return Breach(spot, problem, fix, relies_on, advice=True)
