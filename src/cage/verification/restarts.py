"""Can a container crash unseen, because its restart policy restarts it?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from cage.model.outcome import Finding, Severity
from cage.verification.protocol import Ground

_PERIOD_S = 300.0
"""ECS API reference, ContainerRestartPolicy: "By default, a container must run for 300 seconds"."""


@dataclasses.dataclass(frozen=True, slots=True)
class Restarts:
    """A container that is restarted in its task leaves no trace in ECS's API.

    It must have run for `restartAttemptPeriod` before. An earlier exit ends the task, so only a
    longer bake can miss one. Restarts are counted by the task metadata endpoint and by Container
    Insights alone (ECS developer guide, "Restart individual containers in Amazon ECS tasks with
    container restart policies").
    """

    name: str = "restarts"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Compare each policy with the time that the canary is watched; no API call."""
        found = []
        for container in ground.containers():
            policy = container.get("restartPolicy") or {}
            period_s = float(policy.get("restartAttemptPeriod") or _PERIOD_S)
            if policy.get("enabled") and ground.unread_bake_s >= period_s:
                found.append(
                    Finding(
                        self.name,
                        Severity.WARNING,
                        f"container {container.get('name')} restarts in its task after "
                        f"{period_s:.0f} s, and ECS doesn't report that: a bake of "
                        f"{ground.unread_bake_s:.0f} s can miss a crash",
                        "Check its log with --log-must-not, or a metric such as Container "
                        "Insights' RestartCount with --metric.",
                    )
                )
        return found
