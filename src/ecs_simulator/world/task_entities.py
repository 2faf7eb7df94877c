"""Task definitions, tasks, instances and targets. Only the world itself writes to them."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

ACCOUNT = "123456789012"

NEWEST_AGENT = "1.99.0"
"""The version of an instance's agent that can't be updated any further."""

_UNKNOWN = "UNKNOWN"


@dataclasses.dataclass(slots=True)
class Plan:
    """How one task will behave, in virtual seconds. Incidents rewrite it.

    Attributes:
        visible_s: Until DescribeTasks knows the task; MISSING before.
        start_failure: (stopped reason, container's reason) of a task that never runs.
        start_failure_s: Seconds in PENDING until that failure shows.
        exits: (container name or "" for the first essential one, seconds after RUNNING,
            exit code, reason) of containers that exit on their own.
        answers_s: Seconds after RUNNING until the application answers health checks.
        answer: HTTP status that it answers with after that.
        reachable: Whether the load balancer's checks get through to it.
        paths: HTTP status by path without the query, if it differs from `answer`.
        body: The body that it answers with.
        latency_s: How long an answer takes.
        container_healthy: The final result of container health checks.
        says: (container name or "" for the first essential one, seconds after RUNNING, line)
            of what it writes to its log while it runs.
        last_words: The last log text of a container that exits on its own.
        sigterm_s: From SIGTERM until the containers have exited.
        usual_provisioning_s: The time in PROVISIONING without an incident.
        usual_pending_s: The time in PENDING without an incident.
    """

    visible_s: float
    provisioning_s: float
    pending_s: float
    activating_s: float
    deprovisioning_s: float
    answers_s: float
    sigterm_s: float
    usual_provisioning_s: float
    usual_pending_s: float
    binding_s: float = 0.0
    start_failure: tuple[str, str] | None = None
    start_failure_s: float = 0.0
    exits: list[tuple[str, float, int, str]] = dataclasses.field(default_factory=list)
    says: list[tuple[str, float, str]] = dataclasses.field(default_factory=list)
    last_words: list[str] = dataclasses.field(default_factory=list)
    answer: int = 200
    paths: dict[str, int] = dataclasses.field(default_factory=dict)
    reachable: bool = True
    body: str = "ok"
    latency_s: float = 0.02
    container_healthy: bool = True


@dataclasses.dataclass(slots=True)
class SimRevision:
    """A registered task definition; `raw` is what describe-task-definition returns.

    Attributes:
        deleted: Whether no operation finds it anymore.
    """

    arn: str
    family: str
    number: int
    raw: dict[str, Any]
    tags: list[dict[str, str]] = dataclasses.field(default_factory=list)
    deleted: bool = False

    @property
    def containers(self) -> list[dict[str, Any]]:
        """The container definitions."""
        found: list[dict[str, Any]] = self.raw["containerDefinitions"]
        return found

    @property
    def network_mode(self) -> str:
        """The network mode; bridge is ECS's default."""
        return str(self.raw.get("networkMode") or "bridge")

    @property
    def has_health_check(self) -> bool:
        """Whether any container has a health check of its own."""
        return any(c.get("healthCheck") for c in self.containers)


@dataclasses.dataclass(slots=True)
class SimContainer:
    """A container of a task.

    Attributes:
        digest: The digest of the image that was pulled; empty before.
        restarts: How often its restart policy has restarted it.
        restarted_s: When it did so last.
    """

    name: str
    image: str
    essential: bool
    checked: bool
    digest: str = ""
    restarts: int = 0
    restarted_s: float | None = None
    last_status: str = "PENDING"
    health: str = _UNKNOWN
    exit_code: int | None = None
    reason: str = ""
    bindings: list[dict[str, Any]] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(slots=True)
class SimTask:
    """A task, of a service or standalone.

    Attributes:
        entered: When it entered each of its states.
        fit_from_s: From when it can count as healthy, outside a deployment.
        counts_from_s: From when it can count as healthy in a deployment.
        unwell_until_s: When it is condemned, unless it recovers before.
        condemned: Why the scheduler will stop it, once it is replaced.
        complaint: The event that gives the reason, when it is stopped.
        left: Whether it has left its target groups.
        missed: Whether the scheduler has noticed that it stops.
    """

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
    zone: str = ""
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
    deployment_id: str = ""
    service_revision: str = ""
    alternate: bool = False
    protected_until_s: float = 0.0
    fit_from_s: float = math.inf
    counts_from_s: float = math.inf
    unwell_until_s: float | None = None
    condemned: str = ""
    complaint: str = ""
    left: bool = False
    missed: bool = False
    overrides: dict[str, Any] = dataclasses.field(default_factory=dict)
    may_execute: bool = False
    entered: dict[str, float] = dataclasses.field(default_factory=dict)
    registered: list[tuple[str, Address]] = dataclasses.field(default_factory=list)

    @property
    def stopping(self) -> bool:
        """Whether the task is stopping or stopped."""
        return self.desired_status == "STOPPED"

    @property
    def up_since_s(self) -> float | None:
        """Since when all essential containers run, restarts included; None before RUNNING."""
        moments = (c.restarted_s for c in self.containers if c.essential)
        again = [moment for moment in moments if moment is not None]
        return self.started_s if self.started_s is None else max(self.started_s, *again, 0.0)

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
        registered: The CPU units and the MiB of memory that it registered with.
        joined_s: When it joined its cluster.
        provider: The capacity provider that it belongs to; empty if none.
        idle_since_s: Since when it has had no tasks, if it has none.
        agent: The version of its agent.
        agent_update: The state of its agent's latest update; empty if it never had one.
        attributes: Its custom attributes, by name; None for one without a value.
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
    zone: str = ""
    registered: tuple[int, int] = dataclasses.field(init=False)
    joined_s: float = 0.0
    provider: str = ""
    idle_since_s: float = 0.0
    agent: str = NEWEST_AGENT
    agent_update: str = ""
    attributes: dict[str, str | None] = dataclasses.field(default_factory=dict)
    tags: dict[str, str] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        """Keep what it has before tasks use any of it."""
        self.registered = (self.cpu, self.memory)

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
    """A target group of a load balancer or of VPC Lattice. Times in seconds, defaults of both.

    Attributes:
        health_check_port: The port on which every target is checked; None: each on its own.
        checked: Whether the health of targets is checked at all; VPC Lattice can leave it out.
        check_protocol: The protocol of health checks; empty: the group's own, TCP of a Network
            Load Balancer's.
        attributes: ELB's attributes that have no effect here, by key.
    """

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
    health_check_port: int | None = None
    in_use: bool = True
    checked: bool = True
    vpc_id: str = ""
    created_s: float = 0.0
    path: str = "/"
    codes: str = "200"
    check_protocol: str = ""
    attributes: dict[str, str] = dataclasses.field(default_factory=dict)
    tags: dict[str, str] = dataclasses.field(default_factory=dict)
    targets: dict[Address, SimTarget] = dataclasses.field(default_factory=dict)

    @property
    def lattice(self) -> bool:
        """Whether it is one of VPC Lattice."""
        return self.arn.startswith("arn:aws:vpc-lattice:")
