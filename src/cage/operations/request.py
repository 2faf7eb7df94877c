"""What an operation is asked to do, and what it gives back."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from cage.gateway import Ecs, TargetGroups
from cage.model import Revision, Service, Shape
from cage.outcome import Outcome, Promoted, service_changed


@dataclasses.dataclass(frozen=True, slots=True)
class Timeouts:
    """How long each wait may take at most, in seconds; canarycage's defaults."""

    running_s: float = 900.0
    health_check_s: float = 900.0
    stopped_s: float = 900.0
    stable_s: float = 900.0
    idle_s: float = 15.0

    @property
    def longest_s(self) -> float:
        """The longest that a whole rollout may take: each wait, and the way back."""
        checks_s = 2 * self.running_s + 2 * self.health_check_s + self.idle_s
        return checks_s + 2 * self.stable_s + self.stopped_s


@dataclasses.dataclass(frozen=True, slots=True)
class Gateway:
    """The AWS that an operation works on."""

    ecs: Ecs
    target_groups: TargetGroups


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """What `up` or `rollout` is asked to do.

    Attributes:
        revision: ARN or `family:number` of a revision that is registered already; None
            has `task_definition` registered.
        task_definition: Input of register-task-definition.
        service_definition: Input of create-service.
        update_service: Also send what the service definition says beside the revision.
        canary_instance: Where the canary of an EC2 service starts: an EC2 instance id, a
            container instance id or ARN, or `auto`.
        wait_for_turn_s: How long to wait for another rollout to end; None: not at all.
    """

    region: str
    cluster: str
    service: str
    revision: str | None = None
    task_definition: Shape | None = None
    service_definition: Shape | None = None
    update_service: bool = False
    canary_instance: str | None = None
    wait_for_turn_s: float | None = None
    timeouts: Timeouts = dataclasses.field(default_factory=Timeouts)


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """How an operation ended.

    Attributes:
        start_time: When it began, UTC.
        end_time: When it ended, UTC.
        task_definition: The revision that was rolled out; None if it ended before that.
        service: The service as last seen.
        left_behind: What could not be cleaned up, one line each, with how to remove it.
    """

    rollout_id: str
    outcome: Outcome
    start_time: datetime
    end_time: datetime
    task_definition: Revision | None
    service: Service | None
    left_behind: tuple[str, ...] = ()

    @property
    def service_intact(self) -> bool:
        """Whether the service runs what it ran before."""
        return not service_changed(self.outcome)

    @property
    def succeeded(self) -> bool:
        """Whether the service is proven to run the new revision."""
        return isinstance(self.outcome, Promoted)
