"""A rehearsed rollout, as the invariants look at it."""

from __future__ import annotations

import dataclasses

from cage.model import identity
from cage.model.events import Event, OperationStarted, Step, StepStarted
from cage.model.outcome import Aborted, Interrupted
from cage.rehearsal.incidents.incident import Incident
from cage.rehearsal.script import Act, Script
from ecs_simulator.api import Made
from ecs_simulator.world.task_entities import SimTask


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """A rehearsed rollout, with all that was said and done in it.

    Attributes:
        incidents: What went wrong.
        usual: Whether nothing but a single incident, from the start, is out of the ordinary:
            only then is it plain which outcome is right.
        midway: Whether an incident began only while the rollout was under way.
    """

    script: Script
    incidents: tuple[Incident, ...]
    act: Act
    events: tuple[Event, ...]
    revision_before: str
    usual: bool = True
    midway: bool = False

    @property
    def others_deploy(self) -> bool:
        """Whether someone else changes the service."""
        return any(incident.others_deploy for incident in self.incidents)

    @property
    def service_suffers(self) -> bool:
        """Whether healthy tasks can be lost whatever the deploy tool does.

        What begins midway can strike tasks that the canary spoke for.
        """
        return self.midway or any(incident.hurts_running_tasks for incident in self.incidents)

    @property
    def got_nowhere(self) -> bool:
        """Whether it was to carry on with what a killed rollout left, and ended before it did."""
        began = sum(isinstance(event, OperationStarted) for event in self.events)
        outcome = self.act.result.outcome if self.act.result is not None else None
        return began > 1 and (outcome is None or isinstance(outcome, Aborted | Interrupted))

    @property
    def turns(self) -> int:
        """How often it began at the first step: again, once it had waited for its turn."""
        return sum(isinstance(e, StepStarted) and e.step is Step.REQUIRE for e in self.events)

    def canaries(self) -> list[SimTask]:
        """Return the canary tasks that this rollout started."""
        result = self.act.result
        mine = result.rollout_id if result is not None else None
        tasks = self.act.stage.world.tasks.all.values()
        return [t for t in tasks if is_canary(t) and t.tags.get(identity.ROLLOUT_TAG) == mine]

    def by_cage(self, *operations: str) -> list[Made]:
        """Return the calls of these operations that cage made, in order."""
        return [m for m in self.act.made if m.under_test and m.operation in operations]

    def done(self, *operations: str) -> list[Made]:
        """Return those of cage's calls of these operations that took effect, in order."""
        return [m for m in self.by_cage(*operations) if m.done]


def is_canary(task: SimTask) -> bool:
    """Tell whether a task is a canary, whoever started it."""
    return task.group.startswith(identity.GROUP)
