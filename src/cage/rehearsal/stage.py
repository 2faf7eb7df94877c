"""A stage: a prepared world with the production gateway on it."""

from __future__ import annotations

import asyncio
import dataclasses
import random
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import anyio
import anyio.lowlevel

from cage.aws.calls import Caller
from cage.aws.gateway import gateway_of
from cage.canary.placement import AUTO
from cage.checks.requested.logs import LogsSettings
from cage.checks.requests import Requested
from cage.context import Context, Place
from cage.masking.mask import Mask
from cage.model.base import Shape
from cage.model.errors import RefusedError
from cage.model.events import CallRetried, Event
from cage.model.services import load_balancers
from cage.options.timeouts import Timeouts
from cage.ports.gateway import Gateway
from cage.ports.outside import Outside
from cage.rehearsal.outside import SimHttp, SimPrograms
from cage.rehearsal.prerequisites import SimPrerequisites
from cage.rehearsal.samples import sample
from cage.runtime import clock
from cage.runtime.interruption import Interruption
from cage.runtime.journal import Journal
from ecs_simulator import Simulator
from ecs_simulator.operations.lattice import DRAINS_S
from ecs_simulator.operations.times import stamp
from ecs_simulator.world.cluster_entities import SimProvider
from ecs_simulator.world.service_entities import SimService
from ecs_simulator.world.task_entities import ACCOUNT, SimTargetGroup, SimTask

T = TypeVar("T")

REGION = "us-east-1"
SERVICE_SETTLES_S = 1800.0
"""How long a service can take to become steady before its rehearsal begins."""

NEW_TASKS_HIDDEN_S = 2.5
"""For how long at most ECS doesn't show a new task in a rehearsal; elsewhere it does at once."""

_INSTANCES = 3
_SAYS_AFTER_S = 1.0


def _group_arns(service: Shape) -> list[str]:
    """Return the target groups that a service definition specifies, including alternate ones."""
    found = []
    lattice = service.get("vpcLatticeConfigurations") or []
    for balancer in (*(service.get("loadBalancers") or []), *lattice):
        advanced = balancer.get("advancedConfiguration") or {}
        found += [balancer.get("targetGroupArn"), advanced.get("alternateTargetGroupArn")]
    return [arn for arn in found if arn]


@dataclasses.dataclass(slots=True)
class Firing:
    """How the incident that is being armed reports that it happens.

    Attributes:
        awaited: Whether it reports that later; if false, it happens when it is armed.
    """

    tell: Callable[[], None] = lambda: None
    awaited: bool = False

    def later(self) -> Callable[[], None]:
        """Return a function to call each time the incident happens."""
        self.awaited = True
        return self.tell


class Stage:
    """A world created for one service, and production code's access to it.

    Args:
        service: The input of create-service. The resources that it references exist in the world.
        task_definition: The input of register-task-definition for the service's current revision.
        seed: The random seed.
        cluster: The cluster's name, if the service definition doesn't specify one.
        instance: An EC2 or container instance to create, as specified by `--canary-instance-arn`.
        group_settings: Settings of the target groups, by attribute of `SimTargetGroup`.
        checks: The checks requested for canaries here.
        timeouts: How long rollouts here wait and bake.

    Attributes:
        simulator: The simulated account; `world` and `api` belong to it.
        listeners: Called with every event of a rollout that is rehearsed here, as it happens.
        prerequisites: The resources that exist in addition to ECS and load balancers.
        interrupt: Sends a signal, by name, to the operation on this stage.
        killed: Whether the operation here was killed; it no longer makes calls.
        approves_after_s: How long someone takes to approve a rehearsed rollout that is waiting
            for approval; None: no one approves.
        continues_after_s: How long someone takes to continue a deployment at a pause, once cage
            has seen it; None: no one continues it.
        firing: How the incident that is being armed reports that it happens.
        latency_s: Draws the latency of a request or its answer.
    """

    def __init__(  # noqa: PLR0913  what decides a world
        self,
        service: Shape,
        task_definition: Shape,
        *,
        seed: int = 0,
        cluster: str | None = None,
        instance: str | None = None,
        group_settings: Mapping[str, Any] | None = None,
        scaling: Mapping[str, Any] | None = None,
        checks: Requested | None = None,
        timeouts: Timeouts | None = None,
        wire: bool = False,
    ) -> None:
        self.simulator = Simulator(seed, region=REGION)
        self.world, self.api = self.simulator.world, self.simulator.api
        self.api.wire = wire
        self.world.tasks.hidden_s = NEW_TASKS_HIDDEN_S
        self.definition = service
        self.task_definition = task_definition
        self.cluster = (cluster or service.get("cluster") or "default").rpartition("/")[2]
        self.service_name = str(service["serviceName"])
        names = (REGION, self.cluster, self.service_name)
        self.mask = Mask(service, task_definition, public=names)
        self.checks = checks or Requested()
        self.timeouts = timeouts or Timeouts()
        self.retries: list[CallRetried] = []
        self.listeners: list[Callable[[Event], None]] = []
        self.programs = SimPrograms()
        roles = (task_definition.get(key) for key in ("executionRoleArn", "taskRoleArn"))
        self.prerequisites = SimPrerequisites(tuple(str(role) for role in roles if role))
        self.interrupt: Callable[[str], None] = lambda _signal: None
        self.killed = False
        self.approves_after_s: float | None = 60.0
        self.continues_after_s: float | None = 60.0
        self.firing = Firing()
        self.latency_s: Callable[[], float] = lambda: self.world.engine.between(0.02, 0.08)
        self._jitter = random.Random(f"jitter/{seed}")
        self._words = random.Random(f"words/{seed}")
        self._clients: dict[str, Any] = {}
        self._furnish(group_settings or {})
        if self.world.launch_type_of(dict(service)) == "EC2":
            self._furnish_instances(instance, scaling or {})

    def _furnish(self, group_settings: Mapping[str, Any]) -> None:
        """Create everything that the definitions specify."""
        world, mode = self.world, self.task_definition.get("networkMode") or "bridge"
        world.add_cluster(self.cluster)
        for arn in _group_arns(self.definition):
            if arn not in world.groups.groups:
                parts = arn.split("/")
                group = SimTargetGroup(
                    arn=arn,
                    name=parts[1] if len(parts) > 1 else arn,
                    target_type="ip" if mode == "awsvpc" else "instance",
                )
                for key, value in group_settings.items():
                    setattr(group, key, value)
                if group.lattice:
                    group.deregistration_delay_s = DRAINS_S
                world.add_target_group(group)
        world.listeners.furnish(self.definition)
        configuration = self.definition.get("deploymentConfiguration") or {}
        for name in (configuration.get("alarms") or {}).get("alarmNames") or ():
            self.alarm(str(name))

    def _furnish_instances(self, instance: str | None, scaling: Mapping[str, Any]) -> None:
        """Create the capacity providers, and the instances that don't come by themselves."""
        world, daemon = self.world, self.definition.get("schedulingStrategy") == "DAEMON"
        strategy = self.definition.get("capacityProviderStrategy") or ()
        names = [str(item["capacityProvider"]) for item in strategy]
        made = [world.add_provider(self._provider(name, scaling), self.cluster) for name in names]
        for number in range(_INSTANCES):
            owner = made[number % len(made)] if made else None
            if owner is None or not owner.scales or daemon:
                world.add_instance(self.cluster, provider=owner.name if owner else "")
        if instance and instance != AUTO:
            short = instance.rpartition("/")[2]
            is_ec2 = short.startswith(("i-", "mi-"))
            world.add_instance(self.cluster, short if is_ec2 else "", "" if is_ec2 else short)

    def _provider(self, name: str, scaling: Mapping[str, Any]) -> SimProvider:
        """Return a capacity provider as the files mean it.

        They say its name only. Managed scaling is on, as for one that ECS's console creates.
        """
        arn = f"arn:aws:ecs:{REGION}:{ACCOUNT}:capacity-provider/{name}"
        needed = self.task_definition.get("requiresCompatibilities") or ()
        if "MANAGED_INSTANCES" in needed and "EC2" not in needed:
            return SimProvider(name, arn, managed={}, cluster=self.cluster)
        group = f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:autoScalingGroup:1:autoScalingGroupName"
        managed = {"status": "ENABLED", **scaling}
        settings = {"autoScalingGroupArn": f"{group}/{name}", "managedScaling": managed}
        return SimProvider(name, arn, group=settings)

    def alarm(self, name: str, state: str = "OK") -> None:
        """Create an alarm, in one of CloudWatch's states."""
        self.world.alarms.states[name] = state

    def metric(self, query: str, value: float) -> None:
        """Make every query that a regular expression matches return a value from now on."""
        self.world.metrics.tell(query, value, self.world.now)

    def log(self, container: str, pattern: str) -> None:
        """Make each task log a line that a regular expression matches."""
        line = sample(re.compile(pattern))
        if line is None:
            return
        name = container or self._served()

        def say(task: SimTask) -> None:
            task.plan.says.append((name, _SAYS_AFTER_S, line))

        self.world.tasks.behaviors.append(say)

    def container_of(self, logs: LogsSettings) -> str:
        """Return whose log a check reads; empty for that of the first essential container."""
        return logs.container or self._served()

    def _served(self) -> str:
        served = (b.of(self.task_definition) for b in load_balancers(self.definition))
        return next((balancer.container_name for balancer in served), "")

    def hear(self, event: Event) -> None:
        """Pass an event of a rollout to the listeners."""
        for listener in tuple(self.listeners):
            listener(event)

    def call(self, operation: str, **params: Any) -> dict[str, Any]:
        """Make an ECS call from outside, at the world's current time (`operation` snake_case)."""
        within, self.api.under_test = self.api.under_test, False
        try:
            answer: dict[str, Any] = getattr(self._client("ecs"), operation)(**params)
        finally:
            self.api.under_test = within
        return answer

    def _client(self, service: str) -> Any:
        """Return the client of a service, which is created on first use."""
        if service not in self._clients:
            self._clients[service] = self.simulator.client(service)
        return self._clients[service]

    def bring_up(self) -> None:
        """Create the service at its present revision and wait until it is steady.

        The current revision is assumed to work, whatever its containers' commands are: they are
        tried when the next revision starts.

        Raises:
            RefusedError: The service doesn't become steady, because the definitions can't work.
        """
        registered = self.call("register_task_definition", **self.task_definition)
        arn = registered["taskDefinition"]["taskDefinitionArn"]
        self.world.tasks.proven.add(arn)
        definition = {**self.definition, "cluster": self.cluster, "taskDefinition": arn}
        self.call("create_service", **definition)
        until = self.world.now + SERVICE_SETTLES_S
        while self.service.primary.rollout_state != "COMPLETED":
            if self.world.now >= until:
                last = self.service.events[0]["message"] if self.service.events else "no event"
                raise RefusedError(
                    f"Service {self.service_name} doesn't become steady in the simulated ECS.",
                    f"Its last event: {last}.",
                    "Fix what it says, and try again.",
                )
            self.continue_pauses()
            self.world.run_until(self.world.now + 5.0)

    def continue_pauses(self, action: str = "CONTINUE") -> None:
        """Decide each pause of the newest deployment, as anyone can.

        Args:
            action: CONTINUE or ROLLBACK.
        """
        record, world = self.service.history[0], self.world

        def changed() -> None:
            world.engine.touch_service(self.service)
            world.scheduler.poke(self.service)

        for hook in [h for h in record.hooks if h.status == "AWAITING_ACTION"]:
            world.hooks.decide(record, hook.id, action, changed)

    def clients_now(self) -> datetime:
        """Return the current time on the clock of the account's clients."""
        now = stamp(self.world.now)
        return now if self.api.time is None else self.api.time.shown(now)

    def clients_s(self, seconds: float) -> float:
        """Return how long the world lives while that many seconds pass for its clients."""
        return seconds if self.api.time is None else seconds * self.api.time.scale

    @property
    def service(self) -> SimService:
        """The service, from inside the world."""
        return self.world.services[self.cluster, self.service_name]

    def gateway(self) -> Gateway:
        """Return production's gateway on this world. Use it inside the virtual loop."""
        if self.api.time is None:
            self.api.clock = asyncio.get_running_loop().time
        caller = Caller(REGION, self._hop, self._jitter.random, self.retries.append, self.mask)
        outside = Outside(SimHttp(self.world), self.programs, self._word)
        made = gateway_of(lambda service, _region: self._client(service), caller, outside)
        return dataclasses.replace(made, prerequisites=self.prerequisites)

    def _word(self) -> str:
        return f"{self._words.getrandbits(64):016x}"

    def context(
        self, journal: Journal | None = None, interruption: Interruption | None = None
    ) -> Context:
        """Return the context of an operation on the stage's service. Use it inside the loop."""
        place = Place(REGION, self.cluster, self.service_name)
        told = journal or Journal("", (), self.service_name, self.mask)
        return Context(self.gateway(), place, told, interruption or Interruption())

    async def _hop(self, call: Callable[[], T], *, abandon: bool) -> T:
        """Carry a call into the world, as slowly as AWS does, and as cancellable as in a thread."""
        await anyio.lowlevel.checkpoint()
        with anyio.CancelScope(shield=not abandon):
            await clock.sleep(self.latency_s())
            result = call()
            await clock.sleep(self.latency_s())
        return result
