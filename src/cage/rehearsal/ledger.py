"""How many targets of a service really were healthy, and served, in a rehearsal."""

from __future__ import annotations

import dataclasses

from cage.model import identity
from cage.rehearsal.stage import Stage
from ecs_simulator.world.registration import SERVES
from ecs_simulator.world.task_entities import SimTarget, SimTask


def is_canary(task: SimTask) -> bool:
    """Return whether a task is a canary, whoever started it."""
    return task.group.startswith(identity.GROUP)


def serving_canaries(stage: Stage) -> int:
    """Count the canaries that serve as the service's own tasks do."""
    world, service = stage.world, stage.service
    canaries = [t for t in world.tasks.all.values() if is_canary(t) and not t.stopping]
    arns = {str(balancer["targetGroupArn"]) for balancer in service.load_balancers}
    healthy = [
        {t for target in group.targets.values() if (t := _served_by(stage, target)) is not None}
        for arn in arns
        if (group := world.groups.groups.get(arn)) is not None
    ]
    if not arns:
        return sum(1 for t in canaries if t.last_status == "RUNNING")
    return sum(1 for t in canaries if all(t.id in ids for ids in healthy))


def _served_by(stage: Stage, target: SimTarget) -> str | None:
    task = stage.world.tasks.occupant(target.address) if target.state in SERVES else None
    return task.id if task is not None else None


@dataclasses.dataclass(slots=True)
class Ledger:
    """The lowest number of healthy targets that a service had since the ledger was opened.

    Attributes:
        fewest: Of the service's own tasks.
        serving: With canaries that are healthy in each of the service's target groups.
    """

    stage: Stage
    before: int = 0
    fewest: int = 0
    serving: int = 0

    def open(self) -> None:
        """Begin to watch."""
        self.before = self.stage.world.healthy_targets(self.stage.service)
        self.fewest = self.serving = self.before
        self.stage.world.watchers.append(self._look)

    def _look(self) -> None:
        healthy = self.stage.world.healthy_targets(self.stage.service)
        self.fewest = min(self.fewest, healthy)
        if healthy < self.serving:
            self.serving = min(self.serving, healthy + serving_canaries(self.stage))
