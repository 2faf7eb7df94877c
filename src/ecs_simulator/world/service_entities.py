"""Services, their deployments and their history. Only the world itself writes to them."""

from __future__ import annotations

import dataclasses
from collections import deque
from typing import Any, NamedTuple

from ecs_rules import percents
from ecs_simulator.world.lifecycle_hooks import SimHook
from ecs_simulator.world.task_entities import SimRevision, SimTask


@dataclasses.dataclass(slots=True)
class SimServiceRevision:
    """A service's target state at a time: the task definition, and the settings with it.

    Attributes:
        alternate: Whether its tasks join the alternate target groups.
    """

    arn: str
    revision: SimRevision
    settings: dict[str, Any]
    created_s: float
    alternate: bool = False


class Counts(NamedTuple):
    """How many tasks of a service revision are wanted, run, and are on their way to run."""

    requested: int
    running: int
    pending: int


@dataclasses.dataclass(slots=True)
class SimServiceDeployment:
    """A line of a service's history: what list-service-deployments shows.

    Attributes:
        configuration: The deployment configuration that it began with.
        weight: Share of production traffic of the target service revision, in percent;
            None where ECS shifts no traffic. `test_weight` is that of test traffic.
        breaker: The circuit breaker's status: DISABLED, MONITORING, TRIGGERED, ….
        watched: The alarms that can fail it.
        triggered: The alarms that did fail it.
        until_s: When the present stage is over, at the earliest.
        entered_s: When the present stage began.
        step: How many steps production traffic has moved.
        hooks: The executions of lifecycle hooks in the present stage.
        reversed: Whether a rollback has invoked its hooks.
        counts: The tasks of each service revision, by ARN, when it finished.
    """

    arn: str
    target: SimServiceRevision
    sources: list[SimServiceRevision]
    configuration: dict[str, Any]
    created_s: float
    updated_s: float
    status: str = "PENDING"
    reason: str = ""
    stage: str = ""
    entered_s: float = 0.0
    until_s: float = 0.0
    step: int = 0
    hooks: list[SimHook] = dataclasses.field(default_factory=list)
    reversed: bool = False
    weight: float | None = None
    test_weight: float | None = None
    started_s: float | None = None
    finished_s: float | None = None
    stopped_s: float | None = None
    failures: int = 0
    breaker: str = "DISABLED"
    watched: tuple[str, ...] = ()
    triggered: list[str] = dataclasses.field(default_factory=list)
    counts: dict[str, Counts] = dataclasses.field(default_factory=dict)
    rollback_to: SimServiceRevision | None = None
    rollback_reason: str = ""
    rollback_s: float | None = None

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.finished_s is not None


@dataclasses.dataclass(slots=True)
class SimDeployment:
    """A deployment of a service.

    Attributes:
        record: The line of history that it belongs to; a rollback shares the failed one's.
        wanted: How many of its tasks are still needed, once another one is PRIMARY.
        acts_from_s: When its first task can be started or stopped.
        began: Whether the scheduler has begun to work on it.
        trips: Whether so many tasks failed that the circuit breaker is about to open.
        unplaced_from_s: Since when none of its tasks can be placed.
        listed_until_s: Until when it is listed although it failed.
        baked_from_s: When its bake time began.
    """

    id: str
    revision: SimRevision
    target: SimServiceRevision
    record: SimServiceDeployment
    created_s: float
    updated_s: float
    status: str = "PRIMARY"
    rollout_state: str = "IN_PROGRESS"
    reason: str = ""
    failed_tasks: int = 0
    launches_failed: int = 0
    rollback: bool = False
    wanted: int = 0
    next_launch_s: float = 0.0
    acts_from_s: float = 0.0
    began: bool = False
    trips: bool = False
    unplaced_from_s: float | None = None
    listed_until_s: float | None = None
    baked_from_s: float | None = None


@dataclasses.dataclass(slots=True)
class SimTaskSet:
    """A set of tasks that an external controller made.

    Attributes:
        tasks: Its revision and its tasks, as a deployment has them; its status is PRIMARY, ACTIVE
            or DRAINING.
        scale: Its share of the service's desired count, in percent.
    """

    tasks: SimDeployment
    scale: float


@dataclasses.dataclass(slots=True)
class SimService:
    """A service. `raw` holds its parameters from create-service and update-service.

    Attributes:
        joins: Whether its tasks are about to be registered in its target groups.
        steady_from_s: When it can be steady again, after a task was replaced.
        routed: The shares of traffic that ECS gave each listener rule's target groups last.
    """

    arn: str
    name: str
    cluster: str
    raw: dict[str, Any]
    desired: int
    created_s: float
    status: str = "ACTIVE"
    deployments: list[SimDeployment] = dataclasses.field(default_factory=list)
    task_sets: list[SimTaskSet] = dataclasses.field(default_factory=list)
    history: list[SimServiceDeployment] = dataclasses.field(default_factory=list)
    revisions: dict[str, SimServiceRevision] = dataclasses.field(default_factory=dict)
    events: deque[dict[str, Any]] = dataclasses.field(default_factory=lambda: deque(maxlen=100))
    tasks: list[SimTask] = dataclasses.field(default_factory=list)
    reconcile_at_s: float = -1.0
    joins: bool = False
    steady_from_s: float = 0.0
    unplaced: bool = False
    steady: bool = False
    steady_since_s: float = 0.0
    told: dict[str, float] = dataclasses.field(default_factory=dict)
    routed: dict[str, dict[str, float]] = dataclasses.field(default_factory=dict)

    @property
    def candidate(self) -> SimDeployment | None:
        """The deployment that ECS can roll back to: one that completed and is still listed."""
        return next((d for d in self.deployments if d.rollout_state == "COMPLETED"), None)

    @property
    def primary(self) -> SimDeployment:
        """The deployment that the scheduler works toward."""
        return next(d for d in self.deployments if d.status == "PRIMARY")

    @property
    def load_balancers(self) -> list[dict[str, Any]]:
        """The service's load balancers, then its VPC Lattice configurations."""
        return [
            *(self.raw.get("loadBalancers") or []),
            *(self.raw.get("vpcLatticeConfigurations") or []),
        ]

    @property
    def connected(self) -> bool:
        """Whether other services reach it by Service Connect."""
        return bool((self.raw.get("serviceConnectConfiguration") or {}).get("enabled"))

    @property
    def external(self) -> bool:
        """Whether an external controller deploys it, in task sets instead of deployments."""
        return (self.raw.get("deploymentController") or {}).get("type") == "EXTERNAL"

    def settings(self, deployment: SimDeployment) -> dict[str, Any]:
        """Return what decides where a deployment's next task runs: a task set has its own."""
        return deployment.target.settings if self.external else self.raw

    def balancers(self, task: SimTask) -> list[dict[str, Any]]:
        """Return the load balancers that a task joins: its task set's, or the service's."""
        if not self.external:
            return self.load_balancers
        sets = (s.tasks for s in self.task_sets if s.tasks.id == task.deployment_id)
        return next((list(s.target.settings.get("loadBalancers") or []) for s in sets), [])

    @property
    def shifts(self) -> bool:
        """Whether a deployment makes a second set of tasks and moves traffic to it."""
        return self.configuration.get("strategy") in {"BLUE_GREEN", "LINEAR", "CANARY"}

    @property
    def production(self) -> bool:
        """Whether most production traffic goes to the alternate target groups."""
        if not self.deployments:
            return False
        newest = self.deployments[0]
        side, record = newest.target.alternate, newest.record
        shifting = record.weight is not None and not record.finished and not newest.rollback
        return side if not shifting or (record.weight or 0) >= 50 else not side  # noqa: PLR2004

    def serves(self, task: SimTask) -> bool:
        """Return whether any production traffic goes to a task's side."""
        if self.external:
            return True
        newest = self.deployments[0]
        record = newest.record
        if record.weight is None or record.finished or newest.rollback:
            return task.alternate == newest.target.alternate or record.weight is None
        mine = task.alternate == newest.target.alternate
        return record.weight > 0 if mine else record.weight < 100  # noqa: PLR2004

    @property
    def daemon(self) -> bool:
        """Whether the service wants one task on each instance, rather than a count."""
        return self.raw.get("schedulingStrategy") == "DAEMON"

    @property
    def configuration(self) -> dict[str, Any]:
        """The deployment configuration, as it was given."""
        return self.raw.get("deploymentConfiguration") or {}

    def percent(self, name: str) -> int:
        """Return minimumHealthyPercent or maximumPercent, or ECS's default."""
        return int(percents.percent(self.raw, name))

    def count(self, *statuses: str, deployment_id: str = "") -> int:
        """Count the service's tasks that are in one of these states."""
        return sum(
            1
            for t in self.tasks
            if t.last_status in statuses and deployment_id in {"", t.deployment_id}
        )

    def counts(self, service_revision: str) -> Counts:
        """Count the tasks of a service revision, by its ARN."""
        mine = [t for t in self.tasks if t.service_revision == service_revision]
        wanted = sum(1 for t in mine if not t.stopping)
        primary = self.primary
        if service_revision == primary.target.arn and primary.rollout_state != "FAILED":
            wanted = self.desired
        return Counts(
            wanted,
            sum(1 for t in mine if t.last_status == "RUNNING"),
            sum(1 for t in mine if t.last_status in {"PROVISIONING", "PENDING", "ACTIVATING"}),
        )
