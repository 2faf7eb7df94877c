"""The time limit of a deployment has expired: is the deployment broken, or only slow?

A deployment is broken if its tasks keep failing, stay unhealthy, or if the service's percents let
ECS do nothing. Anything else is slow: ECS continues it without cage.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from cage.availability.duration import pauses_s
from cage.context import Context
from cage.deployment.follower import Change
from cage.deployment.judgment import Ended, Fate
from cage.deployment.task_failures import ENOUGH, Failures, lasting
from cage.diagnosis.stopped import account, cause_of
from cage.model.base import several
from cage.model.errors import AwsError
from cage.model.services import Deployment, Service, ServiceDeployment, ServiceEvent
from cage.model.tasks import Task
from cage.runtime import clock

ROLLBACK = "rollback"
"""The value of `--on-timeout` that rolls back what is only slow."""

UNABLE = "unable to"
"""Part of each event that reports what blocks ECS (ECS developer guide, "Service event messages").
"""

_PROTECTED = "under protection"
_BLOCKED = "because of the service deployment configuration"
_STARTED = "has started "
_BAKE = "BAKE_TIME"


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """A deployment as it is when its time limit expires.

    Attributes:
        service: The service; None if AWS didn't describe it.
        listed: The deployment; None if ECS doesn't list it.
        waited_s: The time limit, in seconds.
        since: When it began; None if unknown: then the service's events don't count.
        arn: Its service deployment; empty if unknown.
        unanswered: Why AWS gave no answer at the end; empty if it did.
    """

    service: Service | None
    listed: Deployment | ServiceDeployment | None
    waited_s: float
    since: datetime | None = None
    arn: str = ""
    unanswered: str = ""

    @property
    def events(self) -> list[ServiceEvent]:
        """The service's events since the deployment began, newest first."""
        since = self.since or getattr(self.listed, "created_at", None)
        found = self.service.events if self.service is not None else ()
        return [event for event in found if since is not None and event.at >= since]

    @property
    def old_tasks(self) -> int:
        """How many tasks of earlier deployments are still running, as far as ECS lists them."""
        others = self.service.deployments if self.service else ()
        mine = self.listed.id if isinstance(self.listed, Deployment) else ""
        return sum(d.running_count for d in others if mine and d.id != mine)


async def expired(context: Context, change: Change, seen: Seen) -> Ended:
    """Return how a deployment ends for cage at its time limit: with a cause, or left to ECS."""
    name = f"deployment {change.ours.id}"
    late = f"{name} did not complete within {seen.waited_s:.0f} s"
    if seen.unanswered:
        waits = Waits("NoAnswerFromAws", f"AWS gave no answer: {seen.unanswered}")
    else:
        cause, tasks = await _cause(context, change, seen)
        if cause is not None:
            return dataclasses.replace(cause, message=f"{late}: {cause.message}")
        waits = waits_for(seen, tasks)
    if change.on_timeout == ROLLBACK:
        return Ended(Fate.TIMED_OUT, f"{late}: {waits.message}", reason="TimedOut")
    return Ended(
        Fate.LEFT,
        f"{late}: {waits.message}",
        reason=waits.reason,
        remedy=waits.remedy,
        service_deployment=(seen.arn or _current(seen.service)).rpartition("/")[2],
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Waits:
    """The reason why a deployment takes long. Fields as in `StillFinishing`."""

    reason: str
    message: str
    remedy: str = ""


def waits_for(seen: Seen, tasks: Sequence[Task]) -> Waits:
    """Return what a deployment with no sign of a failure waits for. Pure.

    Args:
        tasks: Its tasks that haven't stopped.
    """
    listed, counts = seen.listed, _counts(seen)
    for event in seen.events:
        if _STARTED in event.message and _PROTECTED not in event.message:
            break
        if _PROTECTED in event.message:
            return Waits(
                "TasksProtected",
                f"{counts}; ECS: {event.message}",
                "Protected tasks stop once they end their protection, or it expires.",
            )
        if UNABLE in event.message:
            return Waits("AwaitsCapacity", f"{counts}; ECS: {event.message}", _MORE_ROOM)
    waiting = sum(task.awaits_instance for task in tasks)
    if waiting:
        text = f"{several(waiting, 'task')} waiting for an instance of the capacity provider"
        return Waits("AwaitsCapacity", f"{counts}; {text}", _MORE_ROOM)
    wanted = seen.service.desired_count if seen.service is not None else 0
    if listed is None or listed.running_count < max(listed.desired_count, wanted):
        return Waits("StillStarting", f"{counts}, and no task of it keeps failing")
    if isinstance(listed, ServiceDeployment) and listed.stage == _BAKE:
        return Waits("StillBaking", f"{counts}; ECS is baking it")
    if isinstance(listed, ServiceDeployment):
        return Waits("StillDraining", f"{counts}; it is in stage {listed.stage}")
    # A task that drains might not be counted as running any longer, so it can be either.
    bakes = seen.service is not None and pauses_s(seen.service) and not seen.old_tasks
    if bakes:
        return Waits("StillBaking", f"{counts}; ECS stops the old tasks, or is baking it")
    left = f"{several(seen.old_tasks, 'old task')} still running" if seen.old_tasks else ""
    return Waits("StillDraining", f"{counts}; {left or 'the old tasks are draining'}")


_MORE_ROOM = "ECS keeps trying. Add capacity, or wait until there is some."


def _counts(seen: Seen) -> str:
    listed = seen.listed
    if listed is None or (not listed.desired_count and seen.service and seen.service.desired_count):
        return "ECS has not started a task of it"
    return f"{listed.running_count} of {listed.desired_count} new tasks are running"


def _current(service: Service | None) -> str:
    return str(service.raw.get("currentServiceDeployment") or "") if service else ""


async def _cause(
    context: Context, change: Change, seen: Seen
) -> tuple[Ended | None, Sequence[Task]]:
    """Return what is wrong with a deployment, if anything, and its tasks that haven't stopped."""
    ours = change.ours.id
    failures = change.failures or Failures(context, ours, None)
    own: list[Task] = []
    with contextlib.suppress(AwsError):
        await failures.refresh()
        alive = (await context.service.tasks()).values()
        own = [task for task in alive if task.started_by == ours and not task.stopping]
    unhealthy = await _unhealthy(context, change, own)
    found = (
        keeps_failing(failures.tasks, [task for task in own if task.arn not in unhealthy])
        or _stay_unhealthy(own, unhealthy)
        or _blocked(seen)
    )
    return found, own


def keeps_failing(failed: Sequence[Task], healthy: Sequence[Task]) -> Ended | None:
    """Return that tasks of a deployment keep failing; None if they don't. Pure.

    A failure counts only if no task was started after it that is healthy: others were
    accidents. One failure is a cause if no task is healthy at all.

    Args:
        failed: The failed tasks of the deployment.
        healthy: Its tasks that are running, or about to, with no sign of a failure.
    """
    running = [task for task in healthy if task.last_status == "RUNNING"]
    newest = max((t.created_at for t in running if t.created_at), default=None)
    recent = [
        task
        for task in lasting(failed)
        if newest is None or task.created_at is None or task.created_at > newest
    ]
    counts = Counter(cause_of(task) for task in recent)
    for cause, count in counts.most_common(1):
        if count >= ENOUGH or not running:
            last = next(task for task in reversed(recent) if cause_of(task) is cause)
            text = f"{several(count, 'task')} failed alike: {account(last)}"
            return Ended(Fate.HOPELESS, text, reason="TasksFail", remedy=cause.remedy)
    return None


def _stay_unhealthy(own: Sequence[Task], unhealthy: dict[str, str]) -> Ended | None:
    for arn, why in unhealthy.items():
        text = f"{len(unhealthy)} of {len(own)} new tasks stay unhealthy: "
        text += f"task {arn.rpartition('/')[2]}: {why}"
        return Ended(Fate.HOPELESS, text, reason="TasksUnhealthy")
    return None


def _blocked(seen: Seen) -> Ended | None:
    for event in seen.events:
        if _STARTED in event.message:
            return None
        if _BLOCKED in event.message:
            return Ended(
                Fate.HOPELESS,
                f"ECS: {event.message}",
                reason="PercentsBlock",
                remedy="Change minimumHealthyPercent or maximumPercent.",
            )
    return None


async def _unhealthy(context: Context, change: Change, own: Sequence[Task]) -> dict[str, str]:
    """Return which tasks are unhealthy for longer than a task needs to start, with the reason."""
    old = [
        task
        for task in own
        if task.created_at is not None
        and (clock.now() - task.created_at).total_seconds() > change.starts_within_s
    ]
    found = {
        task.arn: f"container {container.name} is unhealthy"
        for task in old
        for container in task.containers
        if container.health == "UNHEALTHY"
    }
    if old:
        with contextlib.suppress(AwsError):
            found.update(await _unhealthy_targets(context, change, old))
    return found


async def _unhealthy_targets(
    context: Context, change: Change, tasks: Sequence[Task]
) -> dict[str, str]:
    """Return which of the tasks have an unhealthy target, with the reason.

    Raises:
        AwsError: AWS refused, or didn't answer.
    """
    addresses = {task.arn: await _addresses(context, task) for task in tasks}
    found: dict[str, str] = {}
    for group in dict.fromkeys(b.target_group_arn for b in change.service.load_balancers):
        for target, health in (await context.target_groups.health(group)).items():
            if health.state != "unhealthy":
                continue
            for arn, (host, ports) in addresses.items():
                if target.id == host and (not ports or target.port in ports):
                    found[arn] = f"target {target} is unhealthy: {health.reason}"
    return found


async def _addresses(context: Context, task: Task) -> tuple[str, frozenset[int]]:
    """Return a task's host or address, and its ports there; no ports: all are its own.

    Raises:
        AwsError: AWS refused, or didn't answer.
    """
    own = task.ipv4 or next((c.ipv4 or c.ipv6 for c in task.containers if c.ipv4 or c.ipv6), None)
    if own:
        return own, frozenset()
    ports = frozenset(b.host_port for c in task.containers for b in c.bindings)
    arn = task.container_instance_arn
    if arn is None or not ports:
        return "", ports
    instance = await context.ecs.find_container_instance(context.place.cluster, arn)
    return (instance.ec2_instance_id if instance else "", ports)
