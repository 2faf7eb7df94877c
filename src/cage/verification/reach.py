"""Is the service reached in ways in which the canary can't be?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from cage.canary import reach
from cage.model.outcome import Finding
from cage.verification.protocol import Ground, not_checked


@dataclasses.dataclass(frozen=True, slots=True)
class Reach:
    """Service Connect, Cloud Map and gateways send no requests to a canary: not an error."""

    name: str = "reach"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Read the service's settings; no API call."""
        places = reach.beyond(ground.service) if ground.canary else ()
        return (not_checked(self.name, reach.said(places)),) if places else ()
