"""What a verification is, what it looks at, and what it finds."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from cage.model.base import Shape
from cage.model.outcome import Finding, Severity
from cage.model.services import Service
from cage.model.targets import TargetGroup
from cage.ports.prerequisites import Prerequisites


@dataclasses.dataclass(frozen=True, slots=True)
class Ground:
    """What is known before anything is changed.

    Attributes:
        service: The service as it will be.
        groups: Its target groups by ARN.
        old: The task definition that the service runs; empty if ECS doesn't know it, None if
            it may not be asked.
        new: The task definition that is to be rolled out.
        stable_s: How long cage waits for the deployment.
        prerequisites: None where nothing but ECS and target groups can be asked.
    """

    region: str
    service: Service
    groups: Mapping[str, TargetGroup]
    old: Shape | None
    new: Shape
    prerequisites: Prerequisites | None
    stable_s: float

    def containers(self) -> Iterator[Shape]:
        """Yield the containers of the new task definition."""
        yield from self.new.get("containerDefinitions") or []


class Verification(Protocol):
    """A question that can be answered before the start."""

    @property
    def name(self) -> str:
        """One word, for programs."""

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Return what was found; nothing if there is nothing to ask.

        An `AwsError` means that it could not be asked.
        """


def passed(name: str, message: str) -> Finding:
    """Return that a question was answered well."""
    return Finding(name, Severity.PASSED, message)


def not_checked(name: str, message: str) -> Finding:
    """Return that a question could not be asked."""
    return Finding(name, Severity.NOT_CHECKED, message)


def unasked(name: str) -> tuple[Finding, ...]:
    """Return that nothing answers the question here, as in the simulator."""
    return (not_checked(name, "only ECS and target groups can be asked here"),)
