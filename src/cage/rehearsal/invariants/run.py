"""A rehearsed rollout, as the invariants see it."""

from __future__ import annotations

import dataclasses

from cage.model import identity
from cage.model.events import Event, OperationStarted, Step, StepStarted
from cage.model.outcome import Aborted, Interrupted
from cage.rehearsal.incidents.incident import PROMOTED, Incident
from cage.rehearsal.ledger import is_canary
from cage.rehearsal.script import Act, Script
from ecs_simulator.api import Made
from ecs_simulator.world.task_entities import SimTask


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """A rehearsed rollout, with everything that was reported and done in it.

    Attributes:
        incidents: The incidents that happened.
        usual: Whether a single incident, from the start, is the only unusual thing. Only then
            is the right outcome clear.
        midway: Whether an incident began only while the rollout was in progress.
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

        An incident that begins midway can hit tasks that the canary vouched for.
        """
        return self.midway or any(incident.hurts_running_tasks for incident in self.incidents)

    @property
    def unharmed(self) -> bool:
        """Whether nothing is wrong with the deployment, and no choice of the user's can end it.

        Only incidents that can't hurt a deployment happened. A time limit or a floor of the user's
        own is the user's decision.
        """
        request = self.script.request
        harmless = all(incident.right == PROMOTED for incident in self.incidents)
        return harmless and request.timeouts.stable_s is None and request.floor is None

    @property
    def began(self) -> int:
        """How many operations began: several after a kill."""
        return sum(isinstance(event, OperationStarted) for event in self.events)

    @property
    def got_nowhere(self) -> bool:
        """Whether it was to continue or clean up after a killed rollout, and ended before that."""
        outcome = self.act.result.outcome if self.act.result is not None else None
        return self.began > 1 and (outcome is None or isinstance(outcome, Aborted | Interrupted))

    @property
    def turns(self) -> int:
        """How many times it began at the first step: again after waiting for its turn."""
        return sum(isinstance(e, StepStarted) and e.step is Step.REQUIRE for e in self.events)

    def canaries(self) -> list[SimTask]:
        """Return the canary tasks that this rollout started."""
        result = self.act.result
        mine = result.rollout_id if result is not None else None
        tasks = self.act.stage.world.tasks.all.values()
        return [t for t in tasks if is_canary(t) and t.tags.get(identity.ROLLOUT_TAG) == mine]

    def by_cage(self, *operations: str) -> list[Made]:
        """Return cage's calls of these operations, in order."""
        return [m for m in self.act.made if m.under_test and m.operation in operations]

    def done(self, *operations: str) -> list[Made]:
        """Return cage's calls of these operations that took effect, in order."""
        return [m for m in self.by_cage(*operations) if m.done]
