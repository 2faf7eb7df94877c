"""The protocol of a preflight check: its input and its findings."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from cage.model.base import Shape
from cage.model.outcome import Finding, Severity
from cage.model.services import Service
from cage.model.targets import TargetGroup
from cage.ports.cloudwatch import CloudWatch
from cage.ports.listeners import Listeners
from cage.ports.prerequisites import Prerequisites


@dataclasses.dataclass(frozen=True, slots=True)
class Ground:
    """The facts known before anything is changed.

    Attributes:
        service: The service as it will be.
        groups: Its target groups by ARN.
        old: The task definition that the service runs; empty if ECS doesn't know it, None if
            it can't be described.
        new: The task definition to roll out.
        timeout_s: How long cage is to wait for the deployment; None: as long as it needs.
        on_timeout: The reaction to a deployment that is only slow: `leave` or `rollback`.
        prerequisites: None where nothing but ECS and target groups can be queried.
        unread_bake_s: How long the canary or the service is watched without a check of its logs
            or metrics.
        listeners: None where no listener rules can be queried.
        production: The target groups of production traffic by ECS's own record.
        before: The service as it is; None if that is not known.
        creates: Whether the service doesn't exist yet.
        canary: Whether a canary is to start.
        second_copy: Whether a canary can start although ECS never runs two tasks at once.
        asked_s: How long the bakes and the wait for approval can take, in seconds.
        active_alarms: Whether a deployment alarm can be in ALARM already.
        cloudwatch: None where no alarms can be queried.
    """

    region: str
    service: Service
    groups: Mapping[str, TargetGroup]
    old: Shape | None
    new: Shape
    prerequisites: Prerequisites | None
    timeout_s: float | None
    unread_bake_s: float = 0.0
    listeners: Listeners | None = None
    production: tuple[str, ...] = ()
    before: Service | None = None
    creates: bool = False
    canary: bool = True
    second_copy: bool = False
    asked_s: float = 0.0
    active_alarms: bool = False
    cloudwatch: CloudWatch | None = None
    on_timeout: str = "leave"

    def containers(self) -> Iterator[Shape]:
        """Yield the containers of the new task definition."""
        yield from self.new.get("containerDefinitions") or []

    def subnets(self) -> list[str]:
        """Return the ids of the service's subnets."""
        network = self.service.raw.get("networkConfiguration") or {}
        return list((network.get("awsvpcConfiguration") or {}).get("subnets") or [])


class Verification(Protocol):
    """A check that can run before the start."""

    @property
    def name(self) -> str:
        """One word, for programs."""

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Return the findings; empty if there is nothing to check.

        An `AwsError` means that the check could not run.
        """


def passed(name: str, message: str) -> Finding:
    """Return a finding that a check passed."""
    return Finding(name, Severity.PASSED, message)


def not_checked(name: str, message: str) -> Finding:
    """Return a finding that a check could not run."""
    return Finding(name, Severity.NOT_CHECKED, message)


def unasked(name: str) -> tuple[Finding, ...]:
    """Return a finding that nothing answers this check here, such as in the simulator."""
    return (not_checked(name, "only ECS and target groups can be queried here"),)
