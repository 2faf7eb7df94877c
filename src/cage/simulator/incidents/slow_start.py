"""The new application needs longer to start than the health check allows.

Source: ELB user guide, "Health checks for your target groups"; ECS developer guide, on
`healthCheckGracePeriodSeconds`.
"""

from __future__ import annotations

import dataclasses

from cage.simulator.incidents.protocol import is_next
from cage.simulator.stage import Stage
from cage.simulator.world.things import SimTask


@dataclasses.dataclass(frozen=True, slots=True)
class SlowStart:
    """ECS would stop each task before it ever answers. Right: abort."""

    name: str = "slow-start"
    summary: str = "the application starts more slowly than the health check allows"
    right_outcomes: frozenset[str] = frozenset({"Aborted"})
    hurts_running_tasks: bool = False

    def inapplicable(self, stage: Stage) -> str | None:
        """Only a load balancer is impatient."""
        return None if stage.definition.get("loadBalancers") else "no load balancer"

    def arm(self, stage: Stage) -> None:
        """Let new tasks answer only when every threshold and the grace period have passed."""
        groups = stage.world.groups.groups.values()
        patience_s = max(g.interval_s * (g.unhealthy_threshold + 1) for g in groups)
        grace_s = float(stage.definition.get("healthCheckGracePeriodSeconds") or 0)

        def behave(task: SimTask) -> None:
            if is_next(task):
                task.plan.answers_s = patience_s + grace_s + 60.0

        stage.world.tasks.behaviours.append(behave)
