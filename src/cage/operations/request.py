"""What an operation is asked to do, and what it gives back."""

from __future__ import annotations

import dataclasses
import shlex
from datetime import datetime

from cage.availability.floor import Floor
from cage.canary.checks.asked import Asked
from cage.model.base import Shape
from cage.model.outcome import Availability, Diagnosis, Outcome, Promoted, service_changed
from cage.model.revisions import Revision
from cage.model.services import Service
from cage.ports.cloudwatch import CloudWatch
from cage.ports.ecs import Ecs
from cage.ports.logs import Logs
from cage.ports.outside import Outside
from cage.ports.parameters import Parameters
from cage.ports.prerequisites import Prerequisites
from cage.ports.target_groups import TargetGroups


@dataclasses.dataclass(frozen=True, slots=True)
class Timeouts:
    """How long each wait may take at most, in seconds; canarycage's defaults.

    Attributes:
        bake_s: How long every check must hold before the promotion.
        bake_after_s: How long the service must stay well after it was proven.
    """

    running_s: float = 900.0
    health_check_s: float = 900.0
    stopped_s: float = 900.0
    stable_s: float = 900.0
    idle_s: float = 15.0
    bake_s: float = 0.0
    bake_after_s: float = 0.0

    @property
    def longest_s(self) -> float:
        """The longest that a whole rollout may take: each wait, and the way back."""
        checks_s = 2 * self.running_s + 2 * self.health_check_s + self.idle_s
        checks_s += self.bake_s + self.bake_after_s
        return checks_s + 2 * self.stable_s + self.stopped_s


ON_FAILURE_CHOICES = ("rollback", "keep")


@dataclasses.dataclass(frozen=True, slots=True)
class Gateway:
    """The AWS that an operation works on, and the world outside it.

    Attributes:
        logs: Reads logs when something failed; None: nothing can.
        prerequisites: Looks up before the start what else must be there; None: nothing can.
        parameters: Keeps the locks; None: nothing can.
    """

    ecs: Ecs
    target_groups: TargetGroups
    cloudwatch: CloudWatch
    outside: Outside
    logs: Logs | None = None
    prerequisites: Prerequisites | None = None
    parameters: Parameters | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """What `up` or `rollout` is asked to do.

    Attributes:
        revision: ARN or `family:number` of a revision that is registered already; None
            has `task_definition` registered.
        task_definition: Input of register-task-definition.
        service_definition: Input of create-service.
        update_service: Also send what the service definition says beside the revision.
        verify: Whether what can be known before the start is verified first.
        floor: How many healthy targets the service must keep; None: as many as ECS keeps.
        canary_instance: Where the canary of an EC2 service starts: an EC2 instance id, a
            container instance id or ARN, or `auto`.
        on_failure: What becomes of a deployment that fails, where ECS doesn't roll it back:
            `rollback` or `keep`.
        asked: What is asked of the canary beside what every canary is asked.
        wait_for_turn_s: How long to wait for another rollout to end; None: not at all.
        directory: The definition directory, for the command that resumes; empty if none.
        access: The flags by which AWS is reached, for commands that messages name.
        lock_as: Who takes the service's lock for the rollout, as `ana@laptop`; None: nobody.
    """

    region: str
    cluster: str
    service: str
    revision: str | None = None
    task_definition: Shape | None = None
    service_definition: Shape | None = None
    update_service: bool = False
    canary_instance: str | None = None
    on_failure: str = "rollback"
    floor: Floor | None = None
    verify: bool = True
    wait_for_turn_s: float | None = None
    lock_as: str | None = None
    directory: str = ""
    access: tuple[str, ...] = ()
    timeouts: Timeouts = dataclasses.field(default_factory=Timeouts)
    asked: Asked = dataclasses.field(default_factory=Asked)

    @property
    def resume_command(self) -> str:
        """The command line that carries on with a rollout of this request, or cleans up."""
        words = ["cage", "resume", *([self.directory] if self.directory else [])]
        words += [*self._place, *self.access]
        words += ["--floor", str(self.floor)] * bool(self.floor)
        words += ["--update-service"] * self.update_service + ["--lock"] * bool(self.lock_as)
        words += ["--on-failure", "keep"] * (self.on_failure == "keep")
        return shlex.join(words)

    @property
    def naming(self) -> str:
        """What names the service to one of cage's verbs."""
        return shlex.join((*self._place, *self.access))

    @property
    def _place(self) -> tuple[str, ...]:
        place = ("--region", self.region, "--cluster", self.cluster, "--service", self.service)
        return place if self.region else place[2:]


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """How an operation ended.

    Attributes:
        start_time: When it began, UTC.
        end_time: When it ended, UTC.
        task_definition: The revision that was rolled out; None if it ended before that.
        service: The service as last seen.
        left_behind: What could not be cleaned up, one line each, with how to remove it.
        availability: How many targets were healthy throughout; None if nobody looked.
        diagnosis: Why tasks failed; None if none did, or it ended before.
        resume: The command that carries on or cleans up; empty if nothing is left to do.
        canaries_left: ARNs of the canary tasks that are left behind; one is empty where a
            task may have started that nobody knows.
        operation: What ended, as in `cage.model.events.RolloutStarted`.
    """

    rollout_id: str
    outcome: Outcome
    start_time: datetime
    end_time: datetime
    task_definition: Revision | None
    service: Service | None
    left_behind: tuple[str, ...] = ()
    diagnosis: Diagnosis | None = None
    availability: Availability | None = None
    resume: str = ""
    canaries_left: tuple[str, ...] = ()
    operation: str = "rollout"

    @property
    def service_intact(self) -> bool:
        """Whether the service runs what it ran before."""
        return not service_changed(self.outcome)

    @property
    def succeeded(self) -> bool:
        """Whether the service is proven to run the new revision."""
        return isinstance(self.outcome, Promoted)
