"""The service scheduler: keeps each service at its count, and deploys.

Sources: ECS developer guide, "Deploy Amazon ECS services by replacing tasks", "How the
Amazon ECS deployment circuit breaker detects failures", "Service throttle logic"; ECS API
reference, Deployment. Points they leave open are marked *unknown* where the code decides them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ecs_simulator.world import (
    deployments,
    detection,
    early_success,
    history,
    hook_stages,
    lifecycle_hooks,
    registration,
    rolling_deployments,
    task_sets,
    texts,
    traffic_shifts,
)
from ecs_simulator.world.service_entities import SimDeployment, SimService
from ecs_simulator.world.task_entities import SimTask

if TYPE_CHECKING:
    from ecs_simulator.world.engine import Engine
    from ecs_simulator.world.targets import TargetGroups
    from ecs_simulator.world.tasks import Tasks

UNCHECKED_HEALTHY_S = 40.0
"""Seconds after which a task without a load balancer or a health check counts as healthy."""

_BACK_OFF_MOST_S = 900.0
_BATCH = 10

Launch = Callable[[SimService, SimDeployment], SimTask | str]
"""Starts a task of the service's deployment, or returns why it can't be placed."""


class Scheduler:
    """Moves all services toward their PRIMARY deployment.

    Args:
        engine: Time and chance.
        tasks: Where tasks are started and stopped.
        groups: Where tasks are registered.
        alarms: The states of alarms.
        hooks: Runs the lifecycle hooks of deployments.
        launch: Places and starts one task.
    """

    def __init__(
        self,
        engine: Engine,
        tasks: Tasks,
        groups: TargetGroups,
        alarms: detection.Alarms,
        hooks: lifecycle_hooks.Hooks,
        launch: Launch,
    ) -> None:
        self._engine = engine
        self._tasks = tasks
        self._groups = groups
        self._alarms = alarms
        self._launch = launch
        self._stages = hook_stages.HookStages(engine, hooks, self.poke)
        self._shifter = traffic_shifts.Shifter(engine, self, self._stages)
        self._well: set[str] = set()

    def poke(self, service: SimService, delay_s: float | None = None) -> None:
        """Have the service checked soon; ECS takes a moment to react to anything."""
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
        """React to a task's new state: register it, count it, check its service."""
        registration.join(self._engine, self._groups, service, task)
        if task.stopped_s is not None:
            service.tasks.remove(task)
        if task.reached_running and not task.stopping:
            deployment = _deployment(service, task)
            if deployment is not None:
                deployment.launches_failed = 0
        self.poke(service)

    def healthy(self, service: SimService, task: SimTask) -> bool:
        """Return whether the scheduler counts a task as healthy."""
        if task.last_status != "RUNNING" or task.started_s is None:
            return False
        if not _checked(service, task):
            return self._engine.now - task.started_s >= UNCHECKED_HEALTHY_S
        if task.revision.has_health_check and task.health != "HEALTHY":
            return False
        states = registration.states(self._groups, task)
        return len(states) == len(service.balancers(task)) and set(states) <= registration.SERVES

    def _reconcile(self, service: SimService) -> None:
        self._engine.touch_service(service)
        if service.status != "ACTIVE":
            for task in service.tasks:
                self._tasks.stop(task, "ServiceSchedulerInitiated", "Service is draining")
            return
        if service.external:
            self._judge_tasks(service)
            task_sets.work(self, service)
            return
        primary = service.primary
        if primary.record.status == "PENDING":
            history.enter(self._engine, primary.record, "IN_PROGRESS")
            detection.begin_watch(self._engine, self._alarms, service, primary, self.poke)
        self._judge_tasks(service)
        self._stop_unhealthy(service, primary)
        if service.primary is not primary:  # ECS rolls back, and takes its time
            self.poke(service)
            return
        if service.shifts and primary.rollout_state == "IN_PROGRESS" and not primary.rollback:
            self._shifter.work(service, primary)
        else:
            self._roll(service, primary)

    def _roll(self, service: SimService, primary: SimDeployment) -> None:
        """Replace tasks, a few at a time; so does a rollback of any deployment."""
        self._stages.reverse(service, primary)
        for source, count in rolling_deployments.replacements(
            self.standing(service, primary), primary
        ):
            self.launch(service, source, count)
        if not self._stages.rolling(service, primary, "PRE_SCALE_UP"):
            return
        if primary.rollout_state != "FAILED":
            self.launch(service, primary, self.standing(service, primary).startable)
        self._stop_surplus(service, primary)
        self.finish(service, primary)

    def _judge_tasks(self, service: SimService) -> None:
        """Find tasks that pass or fail their health checks, and count the deployment's failures."""
        self._well.clear()
        for task in list(service.tasks):
            deployment = _deployment(service, task)
            if not task.stopping and not task.condemned:
                self._condemn_if_unhealthy(service, task)
            self._look_again(service, task)
            if self.healthy(service, task):
                task.was_healthy, task.condemned = True, ""
                self._well.add(task.id)
                if deployment is not None:
                    detection.reset(service, deployment)
            if deployment is not None and task.stopping and not task.counted_failed:
                self._count_failure(service, deployment, task)

    def _look_again(self, service: SimService, task: SimTask) -> None:
        """Schedule a check for when an unchecked task becomes healthy: no event marks it."""
        if _checked(service, task) or task.started_s is None or task.stopping:
            return
        left_s = task.started_s + UNCHECKED_HEALTHY_S - self._engine.now
        if left_s > 0:
            self.poke(service, left_s + 0.1)

    def _stop_unhealthy(self, service: SimService, primary: SimDeployment) -> None:
        """Stop one unhealthy task, if the others or its replacement make it expendable."""
        now = self.standing(service, primary)
        slowed = self._engine.now < primary.next_launch_s or primary.rollout_state == "FAILED"
        task = rolling_deployments.expendable(
            now, 0 if slowed or service.unplaced else now.startable
        )
        if task is not None:
            self.stop(service, [task], task.condemned)
            self.poke(service)

    def _condemn_if_unhealthy(self, service: SimService, task: SimTask) -> None:
        grace = float(service.raw.get("healthCheckGracePeriodSeconds") or 0)
        if task.started_s is None:
            return
        graced = self._engine.now - task.started_s < grace
        if task.health == "UNHEALTHY":
            if not graced:
                deployments.tell(self._engine, service, texts.unhealthy_container(task.id))
                task.condemned = "Task failed container health checks"
                return
            self.poke(service, task.started_s + grace - self._engine.now + 0.1)
        for arn, address in task.registered:
            target = self._groups.get(arn).targets.get(address)
            if target is None or target.state != "unhealthy":
                continue
            if graced:
                self.poke(service, task.started_s + grace - self._engine.now + 0.1)
                continue
            text = texts.unhealthy_target(task.id, address[1], arn, target.description)
            deployments.tell(self._engine, service, text)
            task.condemned = f"Task failed ELB health checks in (target-group {arn})"
            return

    def stop(self, service: SimService, doomed: Sequence[SimTask], reason: str) -> None:
        """Stop tasks and report them as ECS does: those that ran by id, the others by count."""
        ran = [t.id for t in doomed if t.reached_running]
        if ran:
            deployments.tell(self._engine, service, texts.stopped(ran))
        if len(doomed) > len(ran):
            deployments.tell(self._engine, service, texts.stopped_pending(len(doomed) - len(ran)))
        for task in doomed:
            for arn, _ in task.registered:
                deployments.tell(self._engine, service, texts.deregistered(arn))
            if task.registered:
                deployments.tell(self._engine, service, texts.DRAINING, task.deployment_id)
            self._tasks.stop(task, "ServiceSchedulerInitiated", reason)

    def _count_failure(self, service: SimService, deployment: SimDeployment, task: SimTask) -> None:
        """Count a task that failed to start or failed its checks.

        *Unknown*: the API reference doesn't say whether a task that exits after RUNNING,
        and before it was ever healthy, counts. Assumed to count: its health check failed.
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
        detection.count_failure(self._engine, service, deployment)

    def launch(self, service: SimService, deployment: SimDeployment, count: int) -> None:
        """Start that many tasks, or as many as can be placed, unless launches are slowed down."""
        if count > 0 and self._engine.now < deployment.next_launch_s:
            self.poke(service, deployment.next_launch_s - self._engine.now + 0.1)
            return
        started = []
        for _ in range(min(count, _BATCH)):
            task = self._launch(service, deployment)
            if isinstance(task, str):
                deployments.tell_once(self._engine, service, "unplaced", task)
                service.unplaced = True
                self.poke(service, 15.0)
                break
            service.unplaced = False
            service.told.pop("unplaced", None)
            service.tasks.append(task)
            started.append(task.id)
        if started:
            service.steady = False
            deployments.tell(self._engine, service, texts.started(started))
            self.poke(service, 1.0)

    def standing(self, service: SimService, primary: SimDeployment) -> rolling_deployments.Standing:
        """Sort the service's tasks by whether they must stay, and are healthy."""
        well = frozenset(t.id for t in service.tasks if not t.stopping and t.id in self._well)
        now_s = self._engine.now
        protected = frozenset(t.id for t in service.tasks if t.protected_until_s > now_s)
        return rolling_deployments.standing(service, primary, well, protected)

    def _stop_surplus(self, service: SimService, primary: SimDeployment) -> None:
        now = self.standing(service, primary)
        doomed = rolling_deployments.surplus(now, failed=primary.rollout_state == "FAILED")
        if doomed:
            service.steady = False
            for task in doomed:
                deployment = _deployment(service, task)
                if deployment is not None and deployment is not primary:
                    deployment.wanted = max(0, deployment.wanted - 1)
            reason = f"Scaling activity initiated by (deployment {primary.id})"
            self.stop(service, doomed, reason)
        elif primary.rollout_state == "IN_PROGRESS" and rolling_deployments.deadlocked(now):
            deployments.tell_once(self._engine, service, "deadlocked", texts.DEADLOCKED)
        held = rolling_deployments.held(now)
        if held and not doomed:
            text = texts.protected(primary.id, held)
            deployments.tell_once(self._engine, service, "protected", text)

    def finish(self, service: SimService, primary: SimDeployment) -> None:
        """Complete the deployment once its tasks are healthy and the old ones have left.

        An old task counts until it has drained and left its target groups.
        """
        now = self.standing(service, primary)
        well = sum(1 for t in now.mine if t.id in now.well)
        leaving = any(
            t.deployment_id != primary.id and t.last_status not in rolling_deployments.SETTLED
            for t in service.tasks
        )
        over = leaving or bool(now.old)
        steady = well >= service.desired >= len(now.mine) and not over
        if not (steady or early_success.met(service, primary, well, old=over)):
            return
        if primary.record.status.endswith("_REQUESTED"):
            return
        if primary.rollout_state == "IN_PROGRESS":
            if self._bakes(service, primary) or lifecycle_hooks.waited_for(primary.record):
                return
            if not (service.shifts or self._stages.rolling(service, primary, "POST_SCALE_UP")):
                return
            deployments.complete(self._engine, service, primary)
        if steady and not service.steady:
            deployments.forget(self._engine, service, primary)
            service.steady = True
            self._tell_steady(service)

    def _tell_steady(self, service: SimService) -> None:
        """Report that the service is steady, and again every six hours, as ECS does."""
        service.steady_since_s = since_s = self._engine.now
        deployments.tell(self._engine, service, texts.STEADY)

        def again() -> None:
            if service.steady and service.steady_since_s == since_s and service.status == "ACTIVE":
                self._tell_steady(service)

        self._engine.after(deployments.REPEATED_AFTER_S, again)

    def _bakes(self, service: SimService, primary: SimDeployment) -> bool:
        """Return whether a steady deployment is still being watched before it completes."""
        if primary.baked_from_s is None:
            primary.baked_from_s = self._engine.now
        left_s = primary.baked_from_s + detection.bake_s(service, primary) - self._engine.now
        if left_s > 0:
            self.poke(service, left_s + 0.1)
        return left_s > 0


def _checked(service: SimService, task: SimTask) -> bool:
    return bool(service.balancers(task)) or task.revision.has_health_check


def _deployment(service: SimService, task: SimTask) -> SimDeployment | None:
    return next((d for d in service.deployments if d.id == task.deployment_id), None)
