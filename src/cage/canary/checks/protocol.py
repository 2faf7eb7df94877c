"""What a check is, and how one is asked for."""

from __future__ import annotations

import dataclasses
from typing import Protocol, runtime_checkable

from cage.canary.task import Canary
from cage.model.base import Shape
from cage.model.errors import RefusedError
from cage.model.outcome import Observation
from cage.model.revisions import Revision
from cage.model.services import Service
from cage.ports.cloudwatch import CloudWatch
from cage.ports.logs import Logs
from cage.ports.outside import Outside


class Check(Protocol):
    """A question to the canary.

    A check that fails says so with a value. An exception means that cage or AWS broke.
    """

    @property
    def name(self) -> str:
        """One word, for programs."""

    @property
    def waits_for(self) -> str:
        """What the check waits for, as in: waiting for …."""

    @property
    def late_remedy(self) -> str:
        """What usually helps when no answer comes by the deadline; may be empty."""

    @property
    def timeout_s(self) -> float:
        """Seconds until the check gives up."""

    @property
    def reads_task(self) -> bool:
        """Whether each look needs the task as it is at that moment."""

    @property
    def holds(self) -> bool:
        """Whether the check is asked again while the canary bakes, and must pass then too."""

    def applies_to(self, service: Service, revision: Revision) -> bool:
        """Tell whether this service and revision are to be asked at all."""

    async def observe(self, canary: Canary) -> Observation:
        """Ask once. The canary's task is fresh, and isn't stopping."""


@runtime_checkable
class Watching(Protocol):
    """A check that is also asked beside the others, as long as they last."""

    @property
    def name(self) -> str:
        """One word, for programs."""

    async def watch(self, canary: Canary) -> Observation:
        """Ask once; only `Failed` ends the checks. The task may be old, or not there yet."""


@dataclasses.dataclass(frozen=True, slots=True)
class Means:
    """What checks ask with; `logs` is None where nothing can read logs."""

    region: str
    outside: Outside
    cloudwatch: CloudWatch
    logs: Logs | None


@dataclasses.dataclass(frozen=True, slots=True)
class Questions:
    """The checks that come of what was asked for.

    Attributes:
        alone: For a canary that no load balancer knows yet.
        serving: For a canary that is registered wherever the service is.
    """

    alone: tuple[Check, ...] = ()
    serving: tuple[Check, ...] = ()


class Settings(Protocol):
    """What a user asks for in one entry of `checks`."""

    @property
    def longest_s(self) -> float:
        """How long it may take at most, in seconds."""

    def misfit(self, service: Service, definition: Shape) -> RefusedError | None:
        """Return why it can't be asked of a canary of a task definition; None if it can."""

    def questions(self, means: Means) -> Questions:
        """Return the checks, for one canary."""
