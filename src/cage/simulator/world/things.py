"""The things in the simulated account. Mutable: only the world itself writes to them."""

from __future__ import annotations

import dataclasses
from collections import deque
from typing import Any, NamedTuple

ACCOUNT = "123456789012"

_UNKNOWN = "UNKNOWN"


class ApiError(Exception):
    """An error that the simulated API answers with.

    Args:
        code: The error code, as `ClusterNotFoundException`.
        message: The text that AWS gives with it.
        status: The HTTP status.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class NoAnswerError(Exception):
    """The connection breaks: the caller gets no answer.

    Args:
        done: Whether the call takes effect all the same.
    """

    def __init__(self, *, done: bool) -> None:
        super().__init__("no answer")
        self.done = done


@dataclasses.dataclass(slots=True)
class Plan:
    """How one task is going to behave, in virtual seconds. Incidents rewrite it.

    Attributes:
        visible_s: Until DescribeTasks knows the task; MISSING before.
        start_failure: (stopped reason, container's reason) of a task that never runs.
        start_failure_s: Seconds in PENDING until that failure shows.
        exits: (container name or "" for the first essential one, seconds after RUNNING,
            exit code, reason) of containers that exit by themselves.
        answers_s: Seconds after RUNNING until the application answers health checks.
        answer: HTTP status that it answers with, then.
        reachable: Whether the load balancer's checks get through to it.
        container_healthy: What container health checks say in the end.
        last_words: What a container that exits by itself writes to its log before.
        sigterm_s: From SIGTERM until the containers have exited.
    """

    visible_s: float
    provisioning_s: float
    pending_s: float
    activating_s: float
    deprovisioning_s: float
    answers_s: float
    sigterm_s: float
    binding_s: float = 0.0
    start_failure: tuple[str, str] | None = None
    start_failure_s: float = 0.0
    exits: list[tuple[str, float, int, str]] = dataclasses.field(default_factory=list)
    last_words: list[str] = dataclasses.field(default_factory=list)
    answer: int = 200
    reachable: bool = True
    container_healthy: bool = True


@dataclasses.dataclass(slots=True)
class SimRevision:
    """A registered task definition; `raw` is what describe-task-definition answers."""

    arn: str
    family: str
    number: int
    raw: dict[str, Any]
    tags: list[dict[str, Any]] = dataclasses.field(default_factory=list)

    @property
    def containers(self) -> list[dict[str, Any]]:
        """The container definitions."""
        found: list[dict[str, Any]] = self.raw["containerDefinitions"]
        return found

    @property
    def network_mode(self) -> str:
        """The network mode; ECS takes bridge where none is named."""
        return str(self.raw.get("networkMode") or "bridge")

    @property
    def has_health_check(self) -> bool:
        """Whether any container has a health check of its own."""
        return any(c.get("healthCheck") for c in self.containers)


@dataclasses.dataclass(slots=True)
class SimContainer:
    """A container of a task."""

    name: str
    image: str
    essential: bool
    checked: bool
    last_status: str = "PENDING"
    health: str = _UNKNOWN
    exit_code: int | None = None
    reason: str = ""
    bindings: list[dict[str, Any]] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(slots=True)
class SimTask:
    """A task, of a service or standalone."""

    id: str
    arn: str
    cluster: str
    revision: SimRevision
    group: str
    started_by: str
    launch_type: str
    plan: Plan
    containers: list[SimContainer]
    created_s: float
    tags: dict[str, str] = dataclasses.field(default_factory=dict)
    capacity_provider: str = ""
    platform_version: str = ""
    instance: SimInstance | None = None
    subnet: str = ""
    ipv4: str = ""
    ipv6: str = ""
    eni_shown: bool = False
    last_status: str = "PROVISIONING"
    desired_status: str = "RUNNING"
    stop_code: str = ""
    stopped_reason: str = ""
    started_s: float | None = None
    stopped_s: float | None = None
    reached_running: bool = False
    was_healthy: bool = False
    counted_failed: bool = False
    deployment_id: str = ""
    service_revision: str = ""
    alternate: bool = False
    protected_until_s: float = 0.0
    registered: list[tuple[str, Address]] = dataclasses.field(default_factory=list)

    @property
    def stopping(self) -> bool:
        """Whether the task is on its way out, or out."""
        return self.desired_status == "STOPPED"

    @property
    def health(self) -> str:
        """HEALTHY, UNHEALTHY or UNKNOWN, from its essential containers that have a check.

        Source: ECS API reference, Task, healthStatus.
        """
        said = [c.health for c in self.containers if c.checked and c.essential]
        if "UNHEALTHY" in said:
            return "UNHEALTHY"
        return "HEALTHY" if said and all(h == "HEALTHY" for h in said) else _UNKNOWN


@dataclasses.dataclass(slots=True)
class SimInstance:
    """An EC2 instance in a cluster, with what is left of it.

    Attributes:
        enis: Network interfaces left for tasks in awsvpc mode.
        connected: Whether its agent is.
    """

    arn: str
    ec2_id: str
    cpu: int
    memory: int
    ports: set[int] = dataclasses.field(default_factory=set)
    next_port: int = 32768
    status: str = "ACTIVE"
    enis: int = 8
    connected: bool = True

    @property
    def id(self) -> str:
        """The container instance's id."""
        return self.arn.rpartition("/")[2]


Address = tuple[str, int]


@dataclasses.dataclass(slots=True)
class SimTarget:
    """A target in a target group."""

    address: Address
    state: str = "initial"
    reason: str = "Elb.RegistrationInProgress"
    description: str = "Target registration is in progress"
    passes: int = 0
    fails: int = 0
    epoch: int = 0


@dataclasses.dataclass(slots=True)
class SimTargetGroup:
    """A target group. Times in seconds; the defaults are ELB's own."""

    arn: str
    name: str
    target_type: str = "ip"
    port: int = 80
    protocol: str = "HTTP"
    address_family: str = "ipv4"
    interval_s: float = 30.0
    timeout_s: float = 5.0
    healthy_threshold: int = 5
    unhealthy_threshold: int = 2
    deregistration_delay_s: float = 300.0
    in_use: bool = True
    targets: dict[Address, SimTarget] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(slots=True)
class SimServiceRevision:
    """What a service was to run at a time: the task definition, and the settings with it.

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
        breaker: What the circuit breaker does: DISABLED, MONITORING, TRIGGERED, ….
        watched: The alarms that can fail it.
        triggered: Those of them that did.
        until_s: When the present stage is over, at the soonest.
        step: How many steps production traffic has moved.
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
    until_s: float = 0.0
    step: int = 0
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
    proven_running: bool = False
    rollback: bool = False
    next_launch_s: float = 0.0
    baked_from_s: float | None = None


@dataclasses.dataclass(slots=True)
class SimService:
    """A service. `raw` holds what create-service and update-service said of it."""

    arn: str
    name: str
    cluster: str
    raw: dict[str, Any]
    desired: int
    created_s: float
    status: str = "ACTIVE"
    deployments: list[SimDeployment] = dataclasses.field(default_factory=list)
    completed: list[SimServiceRevision] = dataclasses.field(default_factory=list)
    history: list[SimServiceDeployment] = dataclasses.field(default_factory=list)
    revisions: dict[str, SimServiceRevision] = dataclasses.field(default_factory=dict)
    events: deque[dict[str, Any]] = dataclasses.field(default_factory=lambda: deque(maxlen=100))
    tasks: list[SimTask] = dataclasses.field(default_factory=list)
    reconcile_at_s: float = -1.0
    unplaced: bool = False
    steady: bool = False
    told: dict[str, float] = dataclasses.field(default_factory=dict)

    @property
    def primary(self) -> SimDeployment:
        """The deployment that the scheduler works towards."""
        return next(d for d in self.deployments if d.status == "PRIMARY")

    @property
    def load_balancers(self) -> list[dict[str, Any]]:
        """The service's load balancers."""
        return list(self.raw.get("loadBalancers") or [])

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
        """Tell whether production traffic goes to a task's side at all."""
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
        """Return minimumHealthyPercent or maximumPercent, or ECS's default.

        Source: ECS API reference, DeploymentConfiguration: 100 and 200 for REPLICA,
        0 and 100 for DAEMON.
        """
        value = self.configuration.get(name)
        if value is not None:
            return int(value)
        replica, daemon = {"minimumHealthyPercent": (100, 0), "maximumPercent": (200, 100)}[name]
        return daemon if self.daemon else replica

    def count(self, *statuses: str, deployment_id: str = "") -> int:
        """Count the service's tasks that stand in one of these states."""
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
