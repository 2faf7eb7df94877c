"""The floor: how many healthy targets a service must keep. Pure."""

from __future__ import annotations

import dataclasses
import math
import re
from typing import TYPE_CHECKING

from cage.knobs.kinds import UnfitError
from ecs_rules.percents import percent

if TYPE_CHECKING:
    from cage.model.services import Service

_ALL = 100.0


@dataclasses.dataclass(frozen=True, slots=True)
class Floor:
    """A number of targets, or a percentage of the desired count.

    Attributes:
        percent: Percentage of the desired count, rounded up, as ECS rounds its
            minimumHealthyPercent. None: `count` applies.
    """

    count: int = 0
    percent: float | None = None

    def of(self, desired: int) -> int:
        """Return the number of healthy targets that the floor requires."""
        if self.percent is None:
            return self.count
        return math.ceil(round(desired * self.percent / _ALL, 6))

    def __str__(self) -> str:
        return str(self.count) if self.percent is None else f"{self.percent:g}%"


def read(text: str) -> Floor:
    """Read a floor such as `2` or `75%`.

    Raises:
        UnfitError: The text is not a number or a percentage.
    """
    stripped = text.strip()
    share = re.match(r"^(\d{1,3}(?:\.\d+)?)\s*%$", stripped)
    if share and float(share[1]) <= _ALL:
        return Floor(percent=float(share[1]))
    if stripped.isascii() and stripped.isdigit():
        return Floor(count=int(stripped))
    raise UnfitError(
        f"is not a number of targets, or a percentage up to 100%: {text!r}",
        "Set it to something like 2 or 75%",
    )


def lower_bound(service: Service, desired: int | None = None) -> int:
    """Return how many healthy tasks ECS keeps during a deployment.

    Args:
        desired: The desired count to apply; None: the service's own.

    Source: ECS API reference, DeploymentConfiguration: minimumHealthyPercent applies to the
    desired count, and is rounded up.
    """
    least = percent(service.raw, "minimumHealthyPercent")
    return Floor(percent=float(least)).of(service.desired_count if desired is None else desired)


def upper_bound(service: Service) -> int:
    """Return how many tasks ECS lets run during a deployment.

    Source: ECS API reference, DeploymentConfiguration: maximumPercent is of the desired
    count, rounded down.
    """
    most = float(percent(service.raw, "maximumPercent"))
    return math.floor(round(service.desired_count * most / _ALL, 6))
