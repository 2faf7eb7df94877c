"""What a check is."""

from __future__ import annotations

from typing import Protocol

from cage.canary.task import Canary
from cage.model import Revision, Service
from cage.outcome import Observation


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
