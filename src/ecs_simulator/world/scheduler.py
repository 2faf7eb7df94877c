"""The service scheduler: keeps each service at its count, and deploys.

Sources: ECS developer guide, "Deploy Amazon ECS services by replacing tasks", "How the
Amazon ECS deployment circuit breaker detects failures", "Service throttle logic"; ECS API
reference, Deployment. Points they leave open are marked *unknown* where the code decides them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ecs_simulator.world import (
    deployments,
    detection,
    early_success,
    failing_tasks,
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
from ecs_simulator.world.task_entities import Plan, SimTask

if TYPE_CHECKING:
    from ecs_simulator.world.engine import Engine
    from ecs_simulator.world.listeners import Listeners
    from ecs_simulator.world.targets import TargetGroups
    from ecs_simulator.world.tasks import Tasks

_SOONEST_S, _LATEST_S = 0.5, 11.0
"""When ECS notices a change: published logs show steps 9 to 10 s apart."""

_BATCH = 10
_ON_ITS_OWN = frozenset(
    {"EssentialContainerExited", "UserInitiated", "TerminationNotice", "SpotInterruption"}
)
"""The stop codes of tasks that the scheduler didn't stop."""

_ENDED = frozenset({"DEPROVISIONING", "STOPPED"})
"""The states of a task whose containers have stopped."""

Launch = Callable[[SimService, SimDeployment, Plan | None], SimTask | str]
"""Starts a task of the service's deployment, or returns why it can't be placed.

The plan is that of a task that is started together with it.
"""


class Scheduler:
    """Moves all services toward their PRIMARY deployment.

    Args:
        engine: Time and chance.
        tasks: Where tasks are started and stopped.
        groups: Where tasks are registered.
        alarms: The states of alarms.
        hooks: Runs the lifecycle hooks of deployments.
        listeners: Where the traffic of services is moved.
        launch: Places and starts one task.
    """

    def __init__(
        self,
        engine: Engine,
        tasks: Tasks,
        groups: TargetGroups,
        alarms: detection.Alarms,
        hooks: lifecycle_hooks.Hooks,
        listeners: Listeners,
        launch: Launch,
    ) -> None:
        self._engine = engine
        self._tasks = tasks
        self._groups = groups
        self._alarms = alarms
        self._launch = launch
        self._stages = hook_stages.HookStages(engine, hooks, self.poke)
        self._listeners = listeners
        self._shifter = traffic_shifts.Shifter(engine, self, self._stages, listeners.problem)
        self._well: set[str] = set()
        self._fit: set[str] = set()

    def poke(self, service: SimService, delay_s: float | None = None) -> None:
        """Have the service checked soon; ECS takes a moment to react to anything."""
        due = self._engine.now + (
            self._engine.between(_SOONEST_S, _LATEST_S) if delay_s is None else max(0.1, delay_s)
        )
        if self._engine.now < service.reconcile_at_s <= due:
            return
        service.reconcile_at_s = due

        def look() -> None:
            if service.reconcile_at_s == due:
                service.reconcile_at_s = -1.0
                self._listeners.follow(service)
                self._reconcile(service)
                self._listeners.follow(service)

        self._engine.after(due - self._engine.now, look)

    def task_changed(self, service: SimService, task: SimTask) -> None:
        """React to a task's new state: register it, count it, check its service."""
        deployment = _deployment(service, task)
        if registration.ready(self._groups, service, task):
            self._join_soon(service)
        runs = task.last_status == "RUNNING" and not task.stopping
        if runs and not service.balancers(task) and task.fit_from_s == math.inf:
            registration.note_start(self._engine, task)
        if task.stopped_s is not None:
            service.tasks.remove(task)
        if deployment is not None:
            if task.reached_running and not task.stopping:
                deployment.launches_failed = 0
            if task.stopping and not task.missed:
                task.missed = True
                self._miss(service, deployment, task)
        self.poke(service)

    def _join_soon(self, service: SimService) -> None:
        """Register the tasks that are ready in a moment, together."""
        if service.joins:
            return
        service.joins = True

        def join() -> None:
            service.joins = False
            registration.join(self._engine, self._groups, service)
            self.poke(service)

        self._engine.after(self._engine.lasts("run-to-register"), join)

    def _miss(self, service: SimService, deployment: SimDeployment, task: SimTask) -> None:
        """React to a task that begins to stop: count it if it failed, and replace it later."""
        if task.stop_code == "TaskFailedToStart":
            deployments.tell(self._engine, service, texts.not_started(task.stopped_reason))
        if task.stop_code in _ON_ITS_OWN:
            next_s = self._engine.now + self._engine.lasts("replace-stopped")
            deployment.next_launch_s = max(deployment.next_launch_s, next_s)
        self._count_failure(service, deployment, task)

    def left(self, service: SimService, tasks: Sequence[SimTask]) -> None:
        """Report that tasks left their target groups."""
        groups = Counter(arn for task in tasks for arn, _ in task.registered)
        for arn, count in groups.items():
            deployments.tell(self._engine, service, texts.deregistered(count, arn))
        for task_set, count in Counter(task.deployment_id for task in tasks).items():
            deployments.tell(self._engine, service, texts.draining(count), task_set)
        service.steady_from_s = self._engine.now + self._engine.lasts("tick-to-steady")
        self.poke(service)

    def healthy(self, service: SimService, task: SimTask) -> bool:
        """Return whether the scheduler counts a task as healthy, in a deployment or without."""
        deploying = bool(service.deployments) and service.primary.rollout_state == "IN_PROGRESS"
        return self._healthy(service, task, task.counts_from_s if deploying else task.fit_from_s)

    def _healthy(self, service: SimService, task: SimTask, from_s: float) -> bool:
        if task.last_status != "RUNNING" or self._engine.now < from_s:
            return False
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
        if self._engine.now < primary.acts_from_s:
            self._judge_tasks(service)
            self.poke(service, primary.acts_from_s - self._engine.now + 0.1)
            return
        primary.began = True
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
        """Find tasks that pass or fail their health checks."""
        self._well.clear()
        self._fit.clear()
        for task in list(service.tasks):
            deployment = _deployment(service, task)
            if not task.stopping and not task.condemned:
                again_s = failing_tasks.condemn(self._engine, self._groups, service, task)
                if again_s is not None:
                    self.poke(service, again_s - self._engine.now + 0.1)
            self._look_again(service, task)
            if self._healthy(service, task, task.fit_from_s):
                task.condemned, task.unwell_until_s = "", None
                self._fit.add(task.id)
            if self.healthy(service, task):
                self._well.add(task.id)
                if deployment is not None and not task.was_healthy:
                    detection.reset(service, deployment)
                task.was_healthy = True

    def _look_again(self, service: SimService, task: SimTask) -> None:
        """Schedule a check for when a task can count as healthy: no event marks it."""
        if task.stopping:
            return
        for from_s in (task.fit_from_s, task.counts_from_s):
            if self._engine.now < from_s < math.inf:
                self.poke(service, from_s - self._engine.now + 0.1)
                return

    def _stop_unhealthy(self, service: SimService, primary: SimDeployment) -> None:
        """Stop one unhealthy task, if the others or its replacement make it expendable."""
        now = self.standing(service, primary)
        slowed = self._engine.now < primary.next_launch_s or primary.rollout_state == "FAILED"
        task = rolling_deployments.expendable(
            now, 0 if slowed or service.unplaced else now.startable
        )
        if task is not None:
            deployments.tell(self._engine, service, task.complaint)
            self.stop(service, [task], task.condemned)
            self.poke(service)

    def stop(self, service: SimService, doomed: Sequence[SimTask], reason: str) -> None:
        """Stop tasks and report them as ECS does: those that ran by id, the others by count."""
        ran = [t.id for t in doomed if t.reached_running]
        if ran:
            deployments.tell(self._engine, service, texts.stopped(ran))
        if len(doomed) > len(ran):
            deployments.tell(self._engine, service, texts.stopped_pending(len(doomed) - len(ran)))
        self._tasks.stop_all(doomed, "ServiceSchedulerInitiated", reason)
        service.steady_from_s = self._engine.now + self._engine.lasts("tick-to-steady")

    def _count_failure(self, service: SimService, deployment: SimDeployment, task: SimTask) -> None:
        """Count a task that failed; a failed start when the next one is made, as logs show."""
        if not failing_tasks.failed(service, task):
            return
        if task.reached_running:
            self._count(service, deployment, "unhealthy-to-trip")
            return
        deployment.launches_failed += 1
        pause_s = failing_tasks.pause_s(self._engine, deployment.launches_failed)
        deployment.next_launch_s = self._engine.now + pause_s
        self._engine.after(pause_s, lambda: self._count(service, deployment, "start-to-trip"))

    def _count(self, service: SimService, deployment: SimDeployment, trips_after: str) -> None:
        detection.count_failure(self._engine, service, deployment, trips_after, self.poke)

    def launch(self, service: SimService, deployment: SimDeployment, count: int) -> None:
        """Start that many tasks, or as many as can be placed, unless launches are slowed down."""
        if count > 0 and self._engine.now < deployment.next_launch_s:
            self.poke(service, deployment.next_launch_s - self._engine.now + 0.1)
            return
        started: list[SimTask] = []
        for _ in range(min(count, _BATCH)):
            task = self._launch(service, deployment, started[0].plan if started else None)
            if isinstance(task, str):
                deployments.tell_once(self._engine, service, "unplaced", task)
                service.unplaced = True
                detection.watch_placement(self._engine, service, deployment, self.poke)
                self.poke(service, 15.0)
                break
            service.unplaced, deployment.unplaced_from_s = False, None
            service.told.pop("unplaced", None)
            service.tasks.append(task)
            started.append(task)
        if started:
            service.steady = False
            ailing = sum(1 for t in service.tasks if t.condemned and not t.stopping)
            replaced = min(ailing, len(started))
            text = texts.started([task.id for task in started], replaced)
            deployments.tell(self._engine, service, text)
            self.poke(service, 1.0)

    def standing(self, service: SimService, primary: SimDeployment) -> rolling_deployments.Standing:
        """Sort the service's tasks by whether they must stay, and are healthy."""
        alive = {t.id for t in service.tasks if not t.stopping}
        now_s = self._engine.now
        protected = frozenset(t.id for t in service.tasks if t.protected_until_s > now_s)
        well, fit = frozenset(alive & self._well), frozenset(alive & self._fit)
        return rolling_deployments.standing(service, primary, well, fit, protected)

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

        An old task counts until its containers have stopped.
        """
        now = self.standing(service, primary)
        well = sum(1 for t in now.mine if t.id in now.well)
        leaving = any(
            t.deployment_id != primary.id and t.last_status not in _ENDED for t in service.tasks
        )
        over = leaving or bool(now.old)
        steady = well >= service.desired >= len(now.mine) and not over
        if not (steady or early_success.met(service, primary, well, old=over)):
            return
        if primary.record.status.endswith("_REQUESTED"):
            return
        completes, now_s = primary.rollout_state == "IN_PROGRESS", self._engine.now
        if completes:
            if self._bakes(service, primary) or lifecycle_hooks.waited_for(primary.record):
                return
            if not (service.shifts or self._stages.rolling(service, primary, "POST_SCALE_UP")):
                return
            deployments.complete(self._engine, service, primary)
        if not steady or service.steady:
            return
        if any(t.stopping and t.registered and not t.left for t in service.tasks):
            return
        if now_s < service.steady_from_s and not completes:
            self.poke(service, service.steady_from_s - now_s + 0.1)
            return
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


def _deployment(service: SimService, task: SimTask) -> SimDeployment | None:
    return next((d for d in service.deployments if d.id == task.deployment_id), None)
