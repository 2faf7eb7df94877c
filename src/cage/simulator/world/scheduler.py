"""The service scheduler: keeps each service at its count, and deploys.

Sources: ECS developer guide, "Deploy Amazon ECS services by replacing tasks", "How the
Amazon ECS deployment circuit breaker detects failures", "Service throttle logic"; ECS API
reference, Deployment. What they leave open is marked *unknown* where it is decided.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from cage.simulator.world import deployments
from cage.simulator.world.things import SimDeployment, SimService, SimTask

if TYPE_CHECKING:
    from cage.simulator.world.engine import Engine
    from cage.simulator.world.targets import TargetGroups
    from cage.simulator.world.tasks import Tasks

UNCHECKED_HEALTHY_S = 40.0
"""A task with neither load balancer nor health check counts as healthy after this long."""

_BACK_OFF_MOST_S = 900.0
_BATCH = 10

Launch = Callable[[SimService, SimDeployment], SimTask | str]
"""Start a task of the service's deployment, or say why there is no place for it."""


class Scheduler:
    """Works all services towards their PRIMARY deployment.

    Args:
        engine: Time and chance.
        tasks: Where tasks are started and stopped.
        groups: Where tasks are registered.
        launch: Places and starts one task.
    """

    def __init__(self, engine: Engine, tasks: Tasks, groups: TargetGroups, launch: Launch) -> None:
        self._engine = engine
        self._tasks = tasks
        self._groups = groups
        self._launch = launch

    def poke(self, service: SimService, delay_s: float | None = None) -> None:
        """Have the service looked at soon; ECS takes a moment to react to anything."""
        due = self._engine.now + (
            self._engine.between(0.5, 2.0) if delay_s is None else max(0.1, delay_s)
        )
        if self._engine.now < service.reconcile_at_s <= due:
            return
        service.reconcile_at_s = due

        def look() -> None:
            if service.reconcile_at_s == due:
                service.reconcile_at_s = -1.0
                self._reconcile(service)

        self._engine.after(due - self._engine.now, look)

    def task_changed(self, service: SimService, task: SimTask) -> None:
        """React to a task's new state: register it, count it, look at its service."""
        self._register(service, task)
        if task.stopped_s is not None:
            service.tasks.remove(task)
        if task.reached_running and not task.stopping:
            deployment = next((d for d in service.deployments if d.id == task.deployment_id), None)
            if deployment is not None:
                deployment.proven_running, deployment.launches_failed = True, 0
        self.poke(service)

    def healthy(self, service: SimService, task: SimTask) -> bool:
        """Tell whether the scheduler counts a task as healthy."""
        if task.last_status != "RUNNING" or task.started_s is None:
            return False
        if not self._checked(service, task):
            return self._engine.now - task.started_s >= UNCHECKED_HEALTHY_S
        if task.revision.has_health_check and task.health != "HEALTHY":
            return False
        states = self._target_states(task)
        return len(states) == len(service.load_balancers) and all(s == "healthy" for s in states)

    def _checked(self, service: SimService, task: SimTask) -> bool:
        return bool(service.load_balancers) or task.revision.has_health_check

    def _target_states(self, task: SimTask) -> list[str]:
        found = []
        for arn, address in task.registered:
            target = self._groups.get(arn).targets.get(address)
            found.append(target.state if target else "")
        return found

    def _register(self, service: SimService, task: SimTask) -> None:
        """Register a task that got an address; several groups are joined in ACTIVATING."""
        balancers = service.load_balancers
        early = len(balancers) > 1 and task.revision.network_mode == "awsvpc"
        ready = {"RUNNING", "ACTIVATING"} if early else {"RUNNING"}
        if not balancers or task.registered or task.stopping or task.last_status not in ready:
            return
        for balancer in balancers:
            address = self._address(task, balancer)
            if address is None:
                return
            task.registered.append((balancer["targetGroupArn"], address))
        for arn, address in task.registered:
            self._groups.register(arn, address)
            deployments.tell(self._engine, service, f"registered 1 targets in (target-group {arn})")

    def _address(self, task: SimTask, balancer: dict[str, object]) -> tuple[str, int] | None:
        port = int(str(balancer["containerPort"]))
        if task.revision.network_mode == "awsvpc":
            group = self._groups.get(str(balancer["targetGroupArn"]))
            ip = task.ipv6 if group.address_family == "ipv6" else task.ipv4
            return (ip, port) if ip else None
        for container in task.containers:
            if container.name == balancer["containerName"] and task.instance is not None:
                for binding in container.bindings:
                    if binding["containerPort"] == port:
                        return task.instance.ec2_id, int(binding["hostPort"])
        return None

    def _reconcile(self, service: SimService) -> None:
        if service.status != "ACTIVE":
            for task in service.tasks:
                self._tasks.stop(task, "ServiceSchedulerInitiated", "Service is draining")
            return
        self._judge_tasks(service)
        primary = service.primary
        self._start_missing(service, primary)
        self._stop_surplus(service, primary)
        self._finish(service, primary)

    def _judge_tasks(self, service: SimService) -> None:
        """Stop tasks that fail a health check, and count failures of the deployment."""
        for task in list(service.tasks):
            deployment = next((d for d in service.deployments if d.id == task.deployment_id), None)
            if not task.stopping:
                self._stop_if_unhealthy(service, task)
            self._look_again(service, task)
            if self.healthy(service, task):
                task.was_healthy = True
                if deployment is not None:
                    deployments.reset(service, deployment)
            if deployment is not None and task.stopping and not task.counted_failed:
                self._count_failure(service, deployment, task)

    def _look_again(self, service: SimService, task: SimTask) -> None:
        """A task that nothing checks becomes healthy without any event: look when it does."""
        if self._checked(service, task) or task.started_s is None or task.stopping:
            return
        left_s = task.started_s + UNCHECKED_HEALTHY_S - self._engine.now
        if left_s > 0:
            self.poke(service, left_s + 0.1)

    def _stop_if_unhealthy(self, service: SimService, task: SimTask) -> None:
        grace = float(service.raw.get("healthCheckGracePeriodSeconds") or 0)
        if task.started_s is None:
            return
        graced = self._engine.now - task.started_s < grace
        if task.health == "UNHEALTHY" and not graced:
            self._stop(service, task, "Task failed container health checks")
            return
        for arn, address in task.registered:
            target = self._groups.get(arn).targets.get(address)
            if target is None or target.state != "unhealthy":
                continue
            if graced:
                self.poke(service, task.started_s + grace - self._engine.now + 0.1)
                continue
            deployments.tell(
                self._engine,
                service,
                f"(task {task.id}) (port {address[1]}) is unhealthy in (target-group {arn}) "
                f"due to (reason {target.description})",
            )
            self._stop(service, task, f"Task failed ELB health checks in (target-group {arn})")
            return

    def _stop(self, service: SimService, task: SimTask, reason: str) -> None:
        deployments.tell(self._engine, service, f"has stopped 1 running tasks: (task {task.id}).")
        self._tasks.stop(task, "ServiceSchedulerInitiated", reason)

    def _count_failure(self, service: SimService, deployment: SimDeployment, task: SimTask) -> None:
        """Count a task that failed to start or failed its checks.

        *Unknown*: the API reference doesn't say whether a task that exits after RUNNING,
        and before it was ever healthy, counts. Taken to count: its health check failed.
        """
        unhealthy = "health checks" in task.stopped_reason
        never_well = not task.was_healthy and task.stop_code in {
            "TaskFailedToStart",
            "EssentialContainerExited",
        }
        if not (unhealthy or never_well):
            return
        task.counted_failed = True
        if not task.reached_running:
            deployment.launches_failed += 1
            pause = min(_BACK_OFF_MOST_S, 2.0**deployment.launches_failed)
            deployment.next_launch_s = self._engine.now + pause
        deployments.count_failure(self._engine, service, deployment)

    def _start_missing(self, service: SimService, primary: SimDeployment) -> None:
        if primary.rollout_state == "FAILED":
            return
        if self._engine.now < primary.next_launch_s:
            self.poke(service, primary.next_launch_s - self._engine.now + 0.1)
            return
        alive = [t for t in service.tasks if not t.stopping]
        mine = sum(1 for t in alive if t.deployment_id == primary.id)
        room = self._upper(service) - len(alive)
        started = []
        for _ in range(min(service.desired - mine, room, _BATCH)):
            task = self._launch(service, primary)
            if isinstance(task, str):
                if not service.unplaced:
                    deployments.tell(self._engine, service, task)
                service.unplaced = True
                self.poke(service, 15.0)
                break
            service.unplaced = False
            service.tasks.append(task)
            started.append(f"(task {task.id})")
        if started:
            deployments.tell(
                self._engine, service, f"has started {len(started)} tasks: {' '.join(started)}."
            )
            self.poke(service, 1.0)

    def _upper(self, service: SimService) -> int:
        return math.floor(service.desired * service.percent("maximumPercent", 200) / 100)

    def _lower(self, service: SimService) -> int:
        return math.ceil(service.desired * service.percent("minimumHealthyPercent", 100) / 100)

    def _stop_surplus(self, service: SimService, primary: SimDeployment) -> None:
        """Stop what isn't wanted any more, never below the minimum healthy count.

        Old tasks that serve nobody go first. Old tasks that serve go as new ones take
        their place; ahead of that only where there is no room to start the new ones
        (the guide says that the scheduler *may* stop early, to free capacity).
        """
        alive = [t for t in service.tasks if not t.stopping]
        mine = [t for t in alive if t.deployment_id == primary.id]
        old = [t for t in alive if t.deployment_id != primary.id]
        well = [t for t in alive if self.healthy(service, t)]
        well_new = sum(1 for t in well if t.deployment_id == primary.id)
        spare = len(well) - self._lower(service)
        doomed = [t for t in old if t not in well]
        old_well = [t for t in old if t in well]
        missing = max(0, service.desired - len(mine))
        blocked = missing > 0 and (len(alive) >= self._upper(service) or service.unplaced)
        replaced = len(old_well) - max(0, service.desired - well_new)
        wanted = max(replaced, missing if blocked else 0)
        if primary.rollout_state != "FAILED":
            doomed += old_well[: max(0, min(wanted, spare))]
        doomed += sorted(mine, key=lambda t: t.created_s)[service.desired :]
        if doomed:
            names = " ".join(f"(task {t.id})" for t in doomed)
            deployments.tell(
                self._engine, service, f"has stopped {len(doomed)} running tasks: {names}."
            )
        for task in doomed:
            self._tasks.stop(
                task,
                "ServiceSchedulerInitiated",
                f"Scaling activity initiated by (deployment {primary.id})",
            )

    def _finish(self, service: SimService, primary: SimDeployment) -> None:
        """Complete the deployment once its tasks are well and the old ones have left.

        An old task counts until it has drained and left its target groups.
        """
        mine = [t for t in service.tasks if t.deployment_id == primary.id and not t.stopping]
        well = sum(1 for t in mine if self.healthy(service, t))
        leaving = any(
            t.deployment_id != primary.id
            and t.last_status not in {"STOPPING", "DEPROVISIONING", "STOPPED"}
            for t in service.tasks
        )
        if well >= service.desired and not leaving:
            deployments.complete(self._engine, service, primary)
