"""The load balancer's health checks don't get through to the new tasks.

Source: ELB user guide, "Health check reason codes", Target.Timeout.
"""

from __future__ import annotations

import dataclasses

from cage.simulator.incidents.protocol import is_next
from cage.simulator.stage import Stage
from cage.simulator.world.things import SimTask


@dataclasses.dataclass(frozen=True, slots=True)
class SecurityGroup:
    """New tasks are started behind a rule that hides them. Right: abort; ECS would replace them."""

    name: str = "security-group"
    summary: str = "a security group hides the new tasks from the load balancer"
    right_outcomes: frozenset[str] = frozenset({"Aborted"})
    hurts_running_tasks: bool = False

    def inapplicable(self, stage: Stage) -> str | None:
        """Only a load balancer can miss them."""
        return None if stage.definition.get("loadBalancers") else "no load balancer"

    def arm(self, stage: Stage) -> None:
        """Let no check reach a new task."""

        def behave(task: SimTask) -> None:
            if is_next(task):
                task.plan.reachable = False

        stage.world.tasks.behaviours.append(behave)
