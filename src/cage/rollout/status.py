"""A service's status: deployments, targets, canaries, events. Only reads."""

from __future__ import annotations

import contextlib
import dataclasses
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from cage.canary import decision_tags
from cage.context import Context
from cage.deployment.current import current
from cage.model import identity
from cage.model.errors import AccessDeniedError, AwsUnavailableError, NotFoundError
from cage.model.events import Step
from cage.model.services import Service, ServiceDeployment
from cage.model.tasks import Task
from cage.runtime import clock
from cage.runtime.decisions import Decision, Word

_DRAIN = timedelta(hours=1)
"""The longest deregistration delay (ELB API reference, TargetGroupAttribute)."""

EACH_S = 5.0
"""The pause between two polls of a watch."""

BEGINS_WITHIN_S = 120.0
"""How long a watch of a service at rest waits for a rollout to begin."""


@dataclasses.dataclass(frozen=True, slots=True)
class CanaryNow:
    """A canary task of the service.

    Attributes:
        rollout: The ID of the rollout that started it.
        lease_until: Until when that rollout is known to be alive; None if it doesn't show that.
        alive: Whether that is in the future; None if unknown.
        step: The current step of the rollout, as far as AWS shows it.
        approval_until: Until when it waits for approval; None if it doesn't.
        decision: The decision made about it from another process; None if there is none.
        deployment_id: The deployment by which it has changed the service; None if it hasn't.
        left_behind: Whether the rollout is known to be dead. Once it has changed the service it
            renews no lease, and can take as long as a target drains.
    """

    task: Task
    rollout: str
    lease_until: datetime | None
    alive: bool | None
    step: Step
    approval_until: datetime | None = None
    decision: Decision | None = None
    deployment_id: str | None = None
    left_behind: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Status:
    """A service as it is now.

    Attributes:
        health: For each target group ARN, how many targets are in each state; None if the group
            was deleted.
        deployment: The service deployment in progress, if its stages or hooks can be seen.
    """

    at: datetime
    service: Service
    health: dict[str, dict[str, int] | None]
    canaries: tuple[CanaryNow, ...]
    deployment: ServiceDeployment | None = None

    @property
    def steady(self) -> bool:
        """Whether the service runs all its tasks, on one completed deployment or task set."""
        if self.service.task_sets:
            (one, *others) = self.service.task_sets
            full = self.service.running_count == self.service.desired_count
            return one.stability == "STEADY_STATE" and full and not others
        primary = self.service.primary
        return (
            primary is not None
            and primary.rollout_state in {"COMPLETED", None}
            and len(self.service.deployments) == 1
            and self.service.running_count == self.service.desired_count
            and primary.pending_count == 0
        )

    @property
    def at_rest(self) -> bool:
        """Whether it is steady and no rollout that might be alive is working on it."""
        return self.steady and all(canary.left_behind for canary in self.canaries)


async def look(context: Context, learned: set[str] | None = None) -> Status:
    """Describe a service once. Secrets of its revisions are masked in its events.

    Args:
        context: The context that this runs in.
        learned: Revisions whose secrets the mask already knows, by ARN.

    Raises:
        NotFoundError: ECS reports the service as MISSING.
        AwsError: AWS refused, or didn't answer.
    """
    service = await _masked(context, await context.service.require(), learned)
    health: dict[str, dict[str, int] | None] = {}
    for arn in dict.fromkeys(b.target_group_arn for b in service.load_balancers):
        try:
            targets = await context.target_groups.health(arn)
        except NotFoundError:
            health[arn] = None
            continue
        health[arn] = dict(sorted(Counter(t.state for t in targets.values()).items()))
    tasks = await context.service.canaries()
    now = clock.now()
    deployment = None
    with contextlib.suppress(AccessDeniedError):
        deployment = await current(context, service)
    canaries = tuple(_canary(task, service, now) for task in tasks)
    return Status(now, service, health, canaries, deployment)


async def watch(context: Context) -> AsyncIterator[Status | AwsUnavailableError]:
    """Describe a service every `EACH_S` seconds, until it is at rest.

    One that is at rest from the start is watched until a rollout has begun and ended, or until
    none has begun within `BEGINS_WITHIN_S`.

    Yields:
        The service's status, or the error if AWS gave no answer this time.

    Raises:
        NotFoundError: ECS reports the service as MISSING.
        AwsError: AWS refused.
    """
    learned: set[str] = set()
    busy, begins = False, clock.Deadline.after(BEGINS_WITHIN_S)
    while True:
        try:
            status = await look(context, learned)
        except AwsUnavailableError as error:
            yield error
        else:
            yield status
            busy = busy or not status.at_rest
            if status.at_rest and (busy or begins.passed()):
                return
        await clock.sleep(EACH_S)


async def _masked(context: Context, service: Service, learned: set[str] | None) -> Service:
    """Return the service, with the secrets of its revisions masked in ECS's own texts."""
    known = set() if learned is None else learned
    deployed = [d.revision_arn for d in service.deployments]
    for arn in (*deployed, *(one.revision_arn for one in service.task_sets)):
        if arn not in known:
            with contextlib.suppress(AccessDeniedError, NotFoundError):
                # The mask learns from each answer.
                await context.ecs.describe_revision(arn)
            known.add(arn)
    told = context.journal.mask.value(service.events, foreign=True)
    return dataclasses.replace(service, events=told)


def _canary(task: Task, service: Service, now: datetime) -> CanaryNow:
    until = identity.lease_until(task)
    awaited = decision_tags.awaited_until(task)
    changed_by = decision_tags.changes(task, service)
    return CanaryNow(
        task=task,
        rollout=identity.rollout_of(task),
        lease_until=until,
        alive=None if until is None else now < until,
        step=_step(task, awaits=awaited is not None, changed=changed_by is not None),
        approval_until=awaited,
        decision=decision_tags.decided(task, decision_tags.question_of(task)),
        deployment_id=changed_by,
        left_behind=until is not None and now >= until + (_DRAIN if changed_by else timedelta()),
    )


def _step(task: Task, *, awaits: bool, changed: bool) -> Step:
    if changed:
        return Step.PROVE
    noticed = decision_tags.took_notice(task)
    if noticed is not None:
        return Step.PROMOTE if noticed is Word.PROMOTE else Step.CLEAN_UP
    if awaits:
        return Step.APPROVE
    return Step.CHECK if task.last_status == "RUNNING" else Step.START
