"""Can the service's current revision be run again, if the rollout fails?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from cage.model.outcome import Finding, Severity
from cage.verification.images import absent, parse
from cage.verification.protocol import Ground, not_checked, passed

_REMEDY = (
    "Without it, a rollback is impossible. Register a good revision again, and deploy that first."
)


@dataclasses.dataclass(frozen=True, slots=True)
class OldRevision:
    """It is ACTIVE, and its images still exist. A rollout works without it: not an error."""

    name: str = "old-revision"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Check its status, and look up its images in ECR."""
        if ground.creates:
            return ()
        short = ground.service.revision_arn.rpartition("/")[2]
        if ground.old is None:
            return (not_checked(self.name, f"{short} could not be described"),)
        if not ground.old:
            return (self._warn(f"ECS doesn't know {short}, which the service is running"),)
        if (ground.old.get("status") or "ACTIVE") != "ACTIVE":
            return (
                self._warn(f"{short}, which the service is running, is {ground.old['status']}"),
            )
        if ground.prerequisites is not None:
            for container in ground.old.get("containerDefinitions") or []:
                image = parse(str(container.get("image") or ""))
                if image and isinstance(await absent(ground.prerequisites, image), str):
                    return (self._warn(f"image {container['image']} of {short} was deleted"),)
        return (passed(self.name, f"{short} can be run again"),)

    def _warn(self, text: str) -> Finding:
        return Finding(self.name, Severity.WARNING, text, _REMEDY)
