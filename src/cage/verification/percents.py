"""Do minimumHealthyPercent and maximumPercent let a deployment move at all?"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

from cage.availability.floor import lower_bound
from cage.model.outcome import Finding, Severity
from cage.model.services import Service
from cage.verification.protocol import Ground, passed

_WHOLE = 100


def upper_bound(service: Service) -> int:
    """Return how many tasks ECS lets run during a deployment.

    Source: ECS API reference, DeploymentConfiguration: maximumPercent is of the desired
    count, rounded down; 200 unless set, 100 for daemons.
    """
    config = service.raw.get("deploymentConfiguration") or {}
    percent = config.get("maximumPercent")
    usual = _WHOLE if service.scheduling == "DAEMON" else 2 * _WHOLE
    percent = usual if percent is None else float(percent)
    return math.floor(round(service.desired_count * percent / _WHOLE, 6))


@dataclasses.dataclass(frozen=True, slots=True)
class Percents:
    """ECS must be allowed to start one task more, or to stop one first."""

    name: str = "percents"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Calculate the bounds; no API call."""
        service = ground.service
        if service.scheduling == "DAEMON" or service.strategy != "ROLLING":
            return ()
        desired = service.desired_count
        least, most = lower_bound(service), upper_bound(service)
        if desired and most <= desired and least >= desired:
            return (
                Finding(
                    self.name,
                    Severity.ERROR,
                    f"ECS can't run more than {most} or fewer than {least} of "
                    f"{desired} tasks: the deployment would never progress",
                    "Raise maximumPercent, or lower minimumHealthyPercent.",
                ),
            )
        return (passed(self.name, f"ECS runs {least} to {most} tasks of {desired}"),)
