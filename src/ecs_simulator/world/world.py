"""The simulated account: everything in it, and the operations open to the outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from ecs_simulator.world import placement, providers, registration, texts
from ecs_simulator.world.account_settings import AccountSettings
from ecs_simulator.world.capacity import Capacity
from ecs_simulator.world.cluster_entities import SimCluster, SimProvider
from ecs_simulator.world.detection import Alarms
from ecs_simulator.world.engine import Engine
from ecs_simulator.world.errors import ApiError
from ecs_simulator.world.functions import Functions
from ecs_simulator.world.lifecycle_hooks import Hooks
from ecs_simulator.world.listeners import Listeners
from ecs_simulator.world.metrics import Metrics
from ecs_simulator.world.parameters import Parameters
from ecs_simulator.world.quotas import Quotas
from ecs_simulator.world.registries import Registries
from ecs_simulator.world.scheduler import Scheduler
from ecs_simulator.world.service_entities import SimDeployment, SimService
from ecs_simulator.world.tags import tags_of
from ecs_simulator.world.targets import TargetGroups
from ecs_simulator.world.task_entities import (
    ACCOUNT,
    Address,
    Plan,
    SimInstance,
    SimRevision,
    SimTargetGroup,
    SimTask,
)
from ecs_simulator.world.tasks import Tasks
from ecs_simulator.world.zones import Zones

Gate: TypeAlias = Callable[[str, dict[str, Any]], None]
"""Receives a call (operation, parameters) before the world does; can raise in its place."""


class World:
    """An AWS account with ECS and target groups, in virtual time.

    Args:
        seed: Random seed.
        region: The Region in ARNs.
    """

    def __init__(self, seed: int = 0, region: str = "us-east-1") -> None:
        self.region = region
        self.engine = Engine(seed)
        self.quotas = Quotas()
        self.gates: list[Gate] = []
        self.listeners = Listeners(self.engine)
        self.groups = TargetGroups(self.engine, self._occupant, self._target_changed)
        self.tasks = Tasks(self.engine, self.groups, region, self._task_changed, self._tasks_left)
        self.alarms = Alarms()
        self.metrics = Metrics(seed)
        self.zones = Zones(region)
        self.registries = Registries(self.engine)
        self.parameters = Parameters(self.engine)
        self.functions = Functions(self.engine)
        self.hooks = Hooks(self.engine, self.functions)
        self.scheduler = Scheduler(
            self.engine,
            self.tasks,
            self.groups,
            self.alarms,
            self.hooks,
            self.listeners,
            self._launch,
        )
        self.capacity = Capacity(self)
        self.watchers: list[Callable[[], None]] = []
        self.settings = AccountSettings()
        self.clusters: dict[str, list[SimInstance]] = {}
        self.cluster_records: dict[str, SimCluster] = {}
        self.capacity_providers: dict[str, SimProvider] = {}
        self.revisions: dict[str, list[SimRevision]] = {}
        self.services: dict[tuple[str, str], SimService] = {}
        self.fargate_capacity: Callable[[SimRevision, str], bool] = lambda _revision, _group: True
        self.tokens: dict[str, list[str]] = {}

    @property
    def now(self) -> float:
        """Virtual seconds since the world began."""
        return self.engine.now

    def run_until(self, at_s: float) -> None:
        """Let time pass until then."""
        self.engine.run_until(at_s)

    # Setup: what the account has from the start.

    def add_cluster(self, name: str) -> None:
        """Create a cluster, unless it exists."""
        if name not in self.clusters:
            arn = f"arn:aws:ecs:{self.region}:{ACCOUNT}:cluster/{name}"
            insights = self.settings.effective("containerInsights")
            self.cluster_records[name] = SimCluster(name, arn, insights)
            self.clusters[name] = []

    def add_instance(
        self,
        cluster: str,
        ec2_id: str = "",
        instance_id: str = "",
        cpu: int = 4096,
        memory: int = 16384,
        provider: str = "",
    ) -> SimInstance:
        """Let an EC2 instance join a cluster, with its CPU units and its MiB of memory."""
        number = instance_id or self.engine.hex_id()
        instance = SimInstance(
            arn=f"arn:aws:ecs:{self.region}:{ACCOUNT}:container-instance/{cluster}/{number}",
            ec2_id=ec2_id or f"i-{self.engine.hex_id(17)}",
            cpu=cpu,
            memory=memory,
            zone=self.zones.of_next_instance(),
            joined_s=self.now,
            provider=provider,
        )
        self.clusters[cluster].append(instance)
        self.recount_daemons(cluster)
        self.engine.touch("instance", instance.arn, instance)
        return instance

    def add_provider(self, provider: SimProvider, cluster: str) -> SimProvider:
        """Add a capacity provider to the account and to a cluster."""
        self.capacity_providers[provider.name] = provider
        self.cluster_records[cluster].providers.append(provider.name)
        return provider

    def add_target_group(self, group: SimTargetGroup) -> None:
        """Add a target group."""
        self.groups.add(group)

    # Finding, as the API does: by name or ARN, or with ECS's error.

    def cluster(self, name: str | None) -> str:
        """Return a cluster's name from its name or ARN; `default` if none is given."""
        short = (name or "default").rpartition("/")[2]
        if short not in self.clusters:
            raise ApiError("ClusterNotFoundException", "Cluster not found.")
        return short

    def service(self, cluster: str, name: str) -> SimService | None:
        """Return a service by name or ARN."""
        return self.services.get((cluster, name.rpartition("/")[2]))

    def revision(self, name: str) -> SimRevision:
        """Return a revision by ARN, `family:number`, or a family's newest ACTIVE one."""
        short = name.rpartition("/")[2]
        family, _, number = short.partition(":")
        known = [r for r in self.revisions.get(family, []) if not r.deleted]
        for revision in reversed(known):
            if number in {"", str(revision.number)} and (
                number or revision.raw["status"] == "ACTIVE"
            ):
                return revision
        raise ApiError("ClientException", "Unable to describe task definition.")

    def service_of(self, task: SimTask) -> SimService | None:
        """Return the service that a task belongs to; None for a standalone one."""
        kind, _, name = task.group.partition(":")
        return self.services.get((task.cluster, name)) if kind == "service" else None

    def healthy_targets(self, service: SimService) -> int:
        """Count the service's own tasks that serve: healthy in every target group.

        Without a target group, the tasks that the scheduler counts as healthy.
        """
        if not service.load_balancers:
            well = (t for t in service.tasks if self.scheduler.healthy(service, t))
            return sum(1 for t in well if service.serves(t))
        count = 0
        for task in service.tasks:
            states = [
                target.state
                for arn, address in task.registered
                if (target := self.groups.get(arn).targets.get(address)) is not None
            ]
            every = len(states) == len(service.load_balancers)
            healthy = every and set(states) <= registration.SERVES
            if healthy and self.listeners.serves(service, task):
                count += 1
        return count

    # How the parts of the world affect each other.

    def _occupant(self, address: Address) -> SimTask | None:
        return self.tasks.occupant(address)

    def _task_changed(self, task: SimTask) -> None:
        self.engine.touch("task", task.arn, task)
        service = self.service_of(task)
        if service is not None:
            self.engine.touch_service(service)
            self.registries.follow(service, task)
            self.scheduler.task_changed(service, task)
        if task.stopped_s is not None and task.instance is not None:
            self.capacity.freed(task.instance, task.cluster)
        self._watch()

    def _tasks_left(self, tasks: Sequence[SimTask]) -> None:
        service = self.service_of(tasks[0])
        if service is not None:
            self.scheduler.left(service, tasks)

    def _target_changed(self, group: SimTargetGroup, address: Address) -> None:
        self.engine.touch("group", group.arn, group)
        task = self.tasks.occupant(address)
        service = None if task is None else self.service_of(task)
        if service is not None:
            self.scheduler.poke(service)
        self._watch()

    def recount_daemons(self, cluster: str) -> None:
        """Have each service check its cluster's instances; a DAEMON wants one task on each."""
        active = sum(1 for i in self.clusters[cluster] if i.status == "ACTIVE")
        for service in self.services.values():
            if service.cluster == cluster and service.status == "ACTIVE":
                service.desired = active if service.daemon else service.desired
                self.scheduler.poke(service)

    def _watch(self) -> None:
        for watcher in self.watchers:
            watcher()

    def _launch(
        self, service: SimService, deployment: SimDeployment, like: Plan | None
    ) -> SimTask | str:
        """Start a task for a service, or return in ECS's words why it can't be placed."""
        settings = service.settings(deployment)
        launch_type = self.launch_type_of(settings)
        alive = [t.capacity_provider for t in service.tasks if not t.stopping]
        provider = providers.choose(settings.get("capacityProviderStrategy") or [], alive)
        subnet = self.subnet(settings, [t.zone for t in service.tasks if not t.stopping])
        pool = self.capacity.pool_of(service.cluster, provider)
        instance: SimInstance | None = None
        if launch_type == "FARGATE":
            refusal = self._refused_by_fargate(service, deployment, provider, subnet)
            if refusal:
                return refusal
        else:
            group = f"service:{service.name}"
            found = self.place(service.cluster, deployment.revision, group, service.raw, provider)
            if isinstance(found, SimInstance):
                instance = found
            elif pool is None:
                return texts.unplaced(found.closest, found.reason, provider)
        task = self.tasks.start(
            service.cluster,
            deployment.revision,
            group=f"service:{service.name}",
            started_by=deployment.id,
            launch_type=launch_type,
            instance=instance,
            subnet=subnet or "",
            tags=tags_of(service.raw, deployment.revision, service.cluster, service.name),
            deployment_id=deployment.id,
            service_revision=deployment.target.arn,
            waits=pool is not None and instance is None,
            like=like,
        )
        self.locate(task)
        task.alternate = deployment.target.alternate
        task.capacity_provider = provider
        if pool is not None:
            self.capacity.take(pool, task, service.raw)
        task.platform_version = deployment.target.settings.get("platformVersion") or ""
        task.may_execute = bool(deployment.target.settings.get("enableExecuteCommand"))
        return task

    def _refused_by_fargate(
        self, service: SimService, deployment: SimDeployment, provider: str, subnet: str | None
    ) -> str:
        """Return why Fargate doesn't start a service's task now; empty if it does."""
        up = subnet is not None
        if not up or not self.fargate_capacity(deployment.revision, f"service:{service.name}"):
            return texts.NO_FARGATE
        return "" if self.quotas.launches(provider or "FARGATE", self.now) else texts.THROTTLED

    def subnet(self, raw: dict[str, Any], running: list[str]) -> str | None:
        """Return the subnet for the next task of a request or service; None if all are down."""
        network = (raw.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
        return self.zones.subnet(network.get("subnets") or [], running)

    def locate(self, task: SimTask) -> None:
        """Note the zone that a task runs in."""
        if task.instance is not None:
            task.zone = task.instance.zone
        elif task.subnet:
            task.zone = self.zones.of_subnet(task.subnet)

    def launch_type(self, service: SimService) -> str:
        """Return where the service's tasks run: FARGATE or EC2."""
        return self.launch_type_of(service.raw)

    def launch_type_of(self, raw: dict[str, Any]) -> str:
        """Return the launch type that a request leads to; providers FARGATE* are Fargate's."""
        strategy = raw.get("capacityProviderStrategy") or []
        if strategy:
            return "FARGATE" if strategy[0]["capacityProvider"].startswith("FARGATE") else "EC2"
        return str(raw.get("launchType") or "EC2")

    def place(
        self,
        cluster: str,
        revision: SimRevision,
        group: str,
        raw: dict[str, Any],
        provider: str = "",
    ) -> SimInstance | placement.Refusal:
        """Find an instance for a task, or return why the nearest doesn't fit.

        Args:
            group: The task's group: constraints consider the tasks that share it.
            raw: The task's origin: a run-task call, or a service.
            provider: The capacity provider whose instances can hold it; empty for all.
        """
        constraints = raw.get("placementConstraints") or []
        alone = raw.get("schedulingStrategy") == "DAEMON" or any(
            c.get("type") == "distinctInstance" for c in constraints
        )
        taken = set()
        if alone:
            taken = {
                t.instance.id
                for t in self.tasks.all.values()
                if t.group == group and t.instance is not None and not t.stopping
            }
        pool = self.capacity.pool(cluster, provider) if provider else None
        return placement.choose(
            self.clusters[cluster] if pool is None else self.capacity.instances(pool),
            placement.needs(revision),
            taken,
            raw.get("placementStrategy") or [],
        )
