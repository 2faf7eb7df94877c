"""The life of a task, from PROVISIONING to STOPPED.

Source: ECS developer guide, "Amazon ECS task lifecycle".
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from ecs_simulator.world import commands, containers, placement, restarts
from ecs_simulator.world.engine import Engine
from ecs_simulator.world.images import Images
from ecs_simulator.world.log_streams import LogStreams
from ecs_simulator.world.targets import TargetGroups
from ecs_simulator.world.task_entities import (
    ACCOUNT,
    Address,
    Plan,
    SimContainer,
    SimInstance,
    SimRevision,
    SimTask,
)
from ecs_simulator.world.task_plans import usual_plan

ESSENTIAL_EXITED = "Essential container in task exited"

_NO_DRAIN = frozenset({"EssentialContainerExited", "SpotInterruption"})
_KILLED = 137
_LEAVES = {"ServiceSchedulerInitiated": "stop-to-deregister"}
"""The interval until ECS deregisters a task that it stops itself; it notices others later."""

Behavior = Callable[[SimTask], None]


class Tasks:
    """All tasks of the account.

    Args:
        engine: Time and chance.
        groups: Where the tasks of services are registered.
        region: For ARNs.
        changed: Called whenever a task's state or health changes.
        left: Called when tasks that stop together have left their target groups.
    """

    def __init__(
        self,
        engine: Engine,
        groups: TargetGroups,
        region: str,
        changed: Callable[[SimTask], None],
        left: Callable[[Sequence[SimTask]], None],
    ) -> None:
        self._engine = engine
        self._left = left
        self._groups = groups
        self._region = region
        self._changed = changed
        self._by_ip: dict[str, SimTask] = {}
        self._by_port: dict[Address, SimTask] = {}
        self._addresses_given = 0
        self.behaviors: list[Behavior] = []
        self.hidden_s = 0.0
        """For how long at most DescribeTasks doesn't know a new task (*unknown*; usually does)."""
        self.proven: set[str] = set()
        """Revisions whose essential containers keep running, whatever their commands are."""
        self.all: dict[str, SimTask] = {}
        self.logs = LogStreams(engine.seed)
        self.images = Images()

    def occupant(self, address: Address) -> SimTask | None:
        """Return the task that has an address now: an IP address, or an instance and port."""
        return self._by_port.get(address) or self._by_ip.get(address[0])

    def start(  # noqa: PLR0913  what decides a task's life
        self,
        cluster: str,
        revision: SimRevision,
        *,
        group: str,
        started_by: str,
        launch_type: str,
        instance: SimInstance | None = None,
        subnet: str = "",
        tags: dict[str, str] | None = None,
        deployment_id: str = "",
        service_revision: str = "",
        waits: bool = False,
        like: Plan | None = None,
    ) -> SimTask:
        """Let a task begin; the caller has found a place for it, or lets it wait for one.

        Args:
            waits: Whether it stays in PROVISIONING until `move_in`.
            like: The plan of a task that is started together with it.
        """
        task_id = self._engine.hex_id()
        task = SimTask(
            id=task_id,
            arn=f"arn:aws:ecs:{self._region}:{ACCOUNT}:task/{cluster}/{task_id}",
            cluster=cluster,
            revision=revision,
            group=group,
            started_by=started_by,
            launch_type=launch_type,
            plan=usual_plan(
                self._engine,
                launch_type,
                awsvpc=revision.network_mode == "awsvpc",
                like=like,
                hidden_s=self.hidden_s,
            ),
            containers=[containers.begun(c) for c in revision.containers],
            created_s=self._engine.now,
            tags=dict(tags or {}),
            instance=instance,
            subnet=subnet,
            deployment_id=deployment_id,
            service_revision=service_revision,
        )
        self._end_by_command(task)
        for behave in self.behaviors:
            behave(task)
        self.all[task.arn] = task
        if instance is not None:
            placement.take(instance, placement.needs(revision))
        self._engine.note("task PROVISIONING", task.id)
        self._engine.touch("task", task.arn, task)
        if not waits:
            self._engine.after(task.plan.provisioning_s, lambda: self._pend(task))
        return task

    def move_in(self, task: SimTask, instance: SimInstance) -> None:
        """Let a task that waited for an instance continue there."""
        task.instance = instance
        placement.take(instance, placement.needs(task.revision))
        self._engine.note("task placed", task.id)
        self._engine.touch("task", task.arn, task)
        self._engine.after(task.plan.provisioning_s, lambda: self._pend(task))

    def _end_by_command(self, task: SimTask) -> None:
        """End the containers whose command ends at once, such as `false`."""
        proven = task.revision.arn in self.proven
        for container in task.revision.containers:
            code = commands.exit_code(container)
            if code is not None and not (proven and container.get("essential", True)):
                after_s = self._engine.between(0.1, 1.0)
                task.plan.exits.append((str(container.get("name")), after_s, code, ""))

    def stop(self, task: SimTask, code: str, reason: str) -> None:
        """Begin to stop a task; a task that is already stopping continues unchanged."""
        self.stop_all([task], code, reason)

    def stop_all(self, tasks: Sequence[SimTask], code: str, reason: str) -> None:
        """Begin to stop tasks together; those that are already stopping continue unchanged.

        A service's tasks leave their target groups first, and wait until they are drained,
        unless their containers have already ended, or Fargate Spot interrupts them.
        """
        doomed = [task for task in tasks if not task.stopping]
        joined = [task for task in doomed if task.registered]
        leave_s = self._engine.lasts(_LEAVES.get(code, "lost-to-deregister")) if joined else 0.0
        for task in doomed:
            task.desired_status = "STOPPED"
            task.stop_code, task.stopped_reason = code, reason
            self._enter(task, "DEACTIVATING")
            if code == "TerminationNotice":  # its host was lost
                self._vanish(task)
                continue
            wait_s = self._waits_s(task, code, leave_s)
            self._engine.after(wait_s, functools.partial(self._terminate, task))
            self._changed(task)
        if joined:
            self._engine.after(leave_s, lambda: self._leave(joined))

    def _waits_s(self, task: SimTask, code: str, leave_s: float) -> float:
        """Return how long a task that is to stop runs on."""
        if code == "EssentialContainerExited":
            return self._engine.lasts("exit-to-stopping")
        if code in _NO_DRAIN or not task.reached_running:
            return 0.0
        if not task.registered:
            by_scheduler = code == "ServiceSchedulerInitiated"
            return self._engine.lasts("stop-without-drain") if by_scheduler else 0.0
        delay_s = max(self._groups.get(arn).deregistration_delay_s for arn, _ in task.registered)
        return leave_s + delay_s + self._engine.lasts("drain-to-stop")

    def _leave(self, tasks: Sequence[SimTask]) -> None:
        """Deregister tasks that stop from their target groups."""
        for task in tasks:
            task.left = True
            for arn, address in task.registered:
                self._groups.deregister(arn, address)
        self._left(tasks)

    def _vanish(self, task: SimTask) -> None:
        """End a task that was lost with its host: how its containers ended is unknown."""
        for container in task.containers:
            container.last_status = "STOPPED"
        self._end(task)

    def exit_container(self, task: SimTask, name: str, exit_code: int, reason: str = "") -> None:
        """Let a container end on its own; an essential one ends the task, unless it restarts.

        Args:
            name: Empty for the first essential one.
        """
        name = name or containers.essential(task)
        for container, definition in zip(task.containers, task.revision.containers, strict=True):
            if container.name == name and container.last_status == "RUNNING":
                if restarts.restarts(task, container, definition, exit_code, self._engine.now):
                    self._restart(task, container)
                    return
                container.last_status = "STOPPED"
                container.exit_code, container.reason = exit_code, reason
                for line in task.plan.last_words:
                    self.write(task, name, line, ends=True)
                if container.essential:
                    self.stop(task, "EssentialContainerExited", ESSENTIAL_EXITED)

    def _restart(self, task: SimTask, container: SimContainer) -> None:
        """Restart a container in its task, which stays RUNNING; it will end as it did before."""
        for line in task.plan.last_words:
            self.write(task, container.name, line)
        container.restarts += 1
        container.restarted_s = self._engine.now
        self._engine.note("container restarted", task.id)
        for name, after_s, code, reason in task.plan.exits:
            if (name or containers.essential(task)) == container.name:
                again = functools.partial(self.exit_container, task, name, code, reason)
                self._engine.after(after_s, again)
        self._changed(task)

    def write(self, task: SimTask, name: str, line: str, *, ends: bool = False) -> None:
        """Let a container write a line, where its awslogs driver sends it."""
        for stream in containers.streams(task, name):
            self.logs.write(stream, self._engine.now, line, ends=ends)

    def _say(self, task: SimTask, name: str, line: str) -> None:
        """Let a container that still runs write a line; no name means the first essential one."""
        for container in task.containers:
            if (
                container.last_status == "RUNNING"
                and (name or containers.essential(task)) == container.name
            ):
                self.write(task, container.name, line)

    def _enter(self, task: SimTask, status: str) -> None:
        task.last_status = status
        task.entered[status] = self._engine.now
        self._engine.note(f"task {status}", task.id)
        self._engine.touch("task", task.arn, task)

    def _pend(self, task: SimTask) -> None:
        if task.stopping:
            return
        self._enter(task, "PENDING")
        if task.revision.network_mode == "awsvpc":
            self._give_address(task)
        if task.plan.start_failure is not None:
            reason, container_reason = task.plan.start_failure
            self._engine.after(
                task.plan.start_failure_s, lambda: self._fail(task, reason, container_reason)
            )
        else:
            self._engine.after(task.plan.pending_s, lambda: self._activate(task))

    def _give_address(self, task: SimTask) -> None:
        self._addresses_given += 1
        number = self._addresses_given
        task.ipv4 = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        task.ipv6 = f"2001:db8::{number:x}"
        self._by_ip[task.ipv4] = self._by_ip[task.ipv6] = task

        def show() -> None:
            task.eni_shown = True
            self._engine.touch("task", task.arn, task)

        self._engine.after(self._engine.between(0.5, 3.0), show)

    def _fail(self, task: SimTask, reason: str, container_reason: str) -> None:
        if not task.stopping:
            task.containers[0].reason = container_reason
            self.stop(task, "TaskFailedToStart", reason)

    def _activate(self, task: SimTask) -> None:
        if task.stopping:
            return
        self._enter(task, "ACTIVATING")
        for container, definition in zip(task.containers, task.revision.containers, strict=True):
            container.digest = self.images.pulled(task.service_revision, definition)
        self._changed(task)
        self._engine.after(task.plan.activating_s, lambda: self._run(task))

    def _run(self, task: SimTask) -> None:
        if task.stopping:
            return
        self._enter(task, "RUNNING")
        task.started_s, task.reached_running = self._engine.now, True
        for container in task.containers:
            container.last_status = "RUNNING"
            for stream in containers.streams(task, container.name):
                self.logs.begin(stream, self._engine.now)
        for name, after_s, line in task.plan.says:
            self._engine.after(after_s, functools.partial(self._say, task, name, line))
        self._engine.after(task.plan.binding_s, lambda: self._bind(task))
        for name, after_s, code, reason in task.plan.exits:
            self._engine.after(
                after_s, functools.partial(self.exit_container, task, name, code, reason)
            )
        for container, definition in zip(task.containers, task.revision.containers, strict=True):
            if container.checked:
                self._judge_health(task, container, definition["healthCheck"])
        self._changed(task)

    def _bind(self, task: SimTask) -> None:
        if task.stopping:
            return
        placement.bind(task.revision, task.instance, task.containers)
        if task.instance is not None:
            for container in task.containers:
                for binding in container.bindings:
                    self._by_port[task.instance.ec2_id, int(binding["hostPort"])] = task
            self._changed(task)

    def _judge_health(
        self, task: SimTask, container: SimContainer, check: dict[str, object]
    ) -> None:
        """Let the container's own health check come to its answer."""
        passes_s, fails_s = containers.answers_s(check, task.plan.answers_s)
        healthy = task.plan.container_healthy

        def judge(said: str) -> None:
            if not task.stopping and container.last_status == "RUNNING":
                container.health = said
                self._engine.note(f"container {said}", task.id)
                self._changed(task)

        if not healthy or passes_s > fails_s:
            self._engine.after(fails_s, lambda: judge("UNHEALTHY"))
        if healthy:
            self._engine.after(passes_s, lambda: judge("HEALTHY"))

    def _terminate(self, task: SimTask) -> None:
        self._enter(task, "STOPPING")
        patience_s = max(containers.stop_timeout_s(c) for c in task.revision.containers)
        wait_s = min(task.plan.sigterm_s, patience_s)
        self._engine.after(wait_s, lambda: self._deprovision(task))

    def _deprovision(self, task: SimTask) -> None:
        for container, definition in zip(task.containers, task.revision.containers, strict=True):
            if container.last_status == "RUNNING":
                killed = task.plan.sigterm_s > containers.stop_timeout_s(definition)
                container.exit_code = _KILLED if killed else 0
            container.last_status = "STOPPED"
        self._enter(task, "DEPROVISIONING")
        self._engine.after(task.plan.deprovisioning_s, lambda: self._end(task))

    def _end(self, task: SimTask) -> None:
        self._enter(task, "STOPPED")
        task.stopped_s = self._engine.now
        for address in (task.ipv4, task.ipv6):
            self._by_ip.pop(address, None)
        if task.instance is not None:
            placement.release(task.instance, placement.needs(task.revision))
            for container in task.containers:
                for binding in container.bindings:
                    self._by_port.pop((task.instance.ec2_id, int(binding["hostPort"])), None)
        self._changed(task)
