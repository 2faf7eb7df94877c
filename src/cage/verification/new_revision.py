"""Can ECS start tasks of the revision to roll out?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from cage.model.outcome import Finding, Severity
from cage.verification.protocol import Ground


@dataclasses.dataclass(frozen=True, slots=True)
class NewRevision:
    """A registered revision is ACTIVE; files describe one that isn't registered yet.

    Source: ECS API reference, DeregisterTaskDefinition: no new tasks can be run, no services
    created and none updated to an INACTIVE revision.
    """

    name: str = "new-revision"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Check the status of the described revision; no API call."""
        status = ground.new.get("status") or "ACTIVE"
        if status == "ACTIVE":
            return ()
        revision = f"{ground.new.get('family')}:{ground.new.get('revision')}"
        return (
            Finding(
                self.name,
                Severity.ERROR,
                f"{revision} is {status}, so ECS starts no tasks of it",
                "Register it again from its files, or specify an ACTIVE revision.",
            ),
        )
