"""Do the credentials last until the rollout usually ends?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import timedelta

from cage.availability import duration
from cage.model.outcome import Finding, Severity
from cage.runtime import clock
from cage.verification.protocol import Ground, passed

_CANARY_S = 120.0
"""How long the checks of a canary usually take after its start."""


@dataclasses.dataclass(frozen=True, slots=True)
class Credentials:
    """Credentials that expire at a known time, and that nothing renews.

    Without them cage can't confirm the deployment, and can't roll it back.
    """

    name: str = "credentials"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Compare two times; no API call."""
        until = ground.prerequisites.credentials_until() if ground.prerequisites else None
        if until is None:
            return ()
        course = duration.course(ground.service, ground.groups.values())
        needed_s = _CANARY_S + course.start_s + course.total_s
        needed_s += duration.pauses_s(ground.service) + ground.asked_s
        ends = clock.now() + timedelta(seconds=needed_s)
        expire = f"the credentials expire at {until:%Y-%m-%d %H:%M:%S} UTC"
        if until > ends:
            return (passed(self.name, f"{expire}; a rollout usually takes {needed_s:.0f} s"),)
        text = f"{expire}, before the rollout usually ends ({needed_s:.0f} s from now)"
        remedy = "Get new credentials first, or use a profile whose credentials are renewed."
        return (Finding(self.name, Severity.WARNING, text, remedy),)
