"""Is the canary's address known?"""

from __future__ import annotations

import dataclasses

from cage.checks.subject import Subject
from cage.model.outcome import Observation, Passed, Waiting
from cage.model.revisions import Revision
from cage.model.services import Service


@dataclasses.dataclass(frozen=True, slots=True)
class Address:
    """ECS shows the address and host port for every target group; both appear after RUNNING."""

    timeout_s: float
    name: str = "address"
    waits_for: str = "the canary's address"
    holds: bool = False
    reads_task: bool = True
    late_remedy: str = ""

    def applies_to(self, service: Service, revision: Revision) -> bool:  # noqa: ARG002
        """Return whether the task needs an address: only a target of a target group does."""
        return bool(service.load_balancers)

    async def observe(self, subject: Subject) -> Observation:
        """Look for the address and port that the target groups need."""
        found = await subject.locate()
        if isinstance(found, str):
            return Waiting(f"ECS doesn't show {found} yet")
        return Passed(f"reachable at {', '.join(str(r.target) for r in found)}")
