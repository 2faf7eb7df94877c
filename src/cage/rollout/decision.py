"""Decide about a rollout from another process: find its live canary, tag it, and watch it."""

from __future__ import annotations

import contextlib
import dataclasses
import enum

from cage.canary import decision_tags
from cage.context import Context
from cage.model import identity
from cage.model.errors import AwsError, RefusedError
from cage.model.services import Service
from cage.model.tasks import Task
from cage.runtime import clock
from cage.runtime.decisions import Decision, Word
from cage.runtime.polling import Late, Pace, Wait

NOTICE_S = 60.0
"""A rollout polls its canary every 10 to 25 seconds, and ECS's reads lag by seconds."""

_AGAIN_S = 3.0


class Effect(enum.StrEnum):
    """The effect of a decision."""

    TAKEN = "taken"
    OVERRULED = "overruled"
    TOO_LATE = "too-late"
    NOT_NOTICED = "not-noticed"


@dataclasses.dataclass(frozen=True, slots=True)
class Deciding:
    """A decision about a rollout, and its effect.

    Attributes:
        again: Whether the decision had been made before, and nothing was written now.
        deployment_id: The deployment by which the rollout has changed the service; empty if
            the rollout hasn't changed it.
    """

    cluster: str
    service: str
    rollout: str
    task_arn: str
    decision: Decision
    again: bool
    effect: Effect
    deployment_id: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class LiveRollout:
    """A live rollout of a service, as its canary shows it."""

    context: Context
    service: Service
    task: Task

    @property
    def rollout(self) -> str:
        """The rollout's ID."""
        return identity.rollout_of(self.task)

    @property
    def deployment_id(self) -> str | None:
        """The deployment by which the rollout has changed the service; None if it hasn't."""
        return decision_tags.changes(self.task, self.service)

    def written(self, word: Word) -> Decision | None:
        """Return this decision, if someone has already made it and it counts."""
        return decision_tags.written(self.task, word, decision_tags.question_of(self.task))


async def live_rollout(context: Context) -> LiveRollout:
    """Return the one live rollout of a service.

    Raises:
        NotFoundError: ECS reports the service as MISSING.
        RefusedError: No rollout is in progress, or it is dead, or it can't be reached.
        AwsError: AWS refused, or didn't answer.
    """
    service = await context.service.require()
    flags = context.place.flags
    tasks = await context.service.canaries()
    now = clock.now()
    leases = {task.arn: identity.lease_until(task) for task in tasks}
    alive = [t for t in tasks if (until := leases[t.arn]) is not None and now < until]
    if not alive:
        # A rollout that has changed the service renews no lease: it can be alive or dead.
        alive = [t for t in tasks if decision_tags.changes(t, service) is not None][:1]
    if len(alive) == 1:
        return LiveRollout(context, service, alive[0])
    if alive:
        names = " and ".join(identity.rollout_of(task) for task in alive)
        raise RefusedError(
            f"Several rollouts of service {service.name} are in progress: {names}.",
            "The younger one yields automatically before it changes anything.",
            f"To check again in a minute, run: cage status {flags}",
        )
    if not tasks:
        raise _none(service, flags)
    until = leases[tasks[0].arn]
    if until is None:
        raise RefusedError(
            f"The rollout of service {service.name} can't be reached.",
            f"Its canary task {tasks[0].id} carries no lease: tasks take no tags there.",
            f"To abort, stop it: aws ecs stop-task {context.place.in_cluster} "
            f"--task {tasks[0].arn}",
        )
    raise RefusedError(
        f"The rollout {identity.rollout_of(tasks[0])} of service {service.name} is dead.",
        f"The lease of its canary task {tasks[0].id} expired at {until:%Y-%m-%d %H:%M:%S} UTC.",
        f"To continue, run: cage resume {flags}. To remove its canary, run: cage sweep {flags}",
    )


def _none(service: Service, flags: str) -> RefusedError:
    primary = service.primary
    if primary is not None and primary.rollout_state == "IN_PROGRESS":
        return RefusedError(
            f"No rollout of service {service.name} has a canary.",
            f"Its deployment {primary.id} is in progress, so it is too late to decide.",
            f"To roll the service back, run: cage rollback {flags}",
        )
    return RefusedError(
        f"No rollout of service {service.name} is in progress.",
        "ECS lists no canary task of it; one that has just started shows within seconds.",
        f"To check it, run: cage status {flags}",
    )


async def decide(rollout: LiveRollout, word: Word) -> Deciding:
    """Write a decision on a rollout's canary, unless it is already written; wait for its effect.

    Raises:
        AwsError: AWS refused, or didn't answer. As far as is known, nothing was decided.
    """
    decision = rollout.written(word)
    again = decision is not None
    if decision is None:
        gateway, now, by = rollout.context.gateway, clock.now(), ""
        with contextlib.suppress(AwsError):
            by = await gateway.prerequisites.caller() if gateway.prerequisites else ""
        question = decision_tags.question_of(rollout.task) if word is Word.PROMOTE else ""
        value = decision_tags.value(now, by, question)
        await gateway.ecs.tag(rollout.task.arn, {decision_tags.TAGS[word]: value})
        tags = {**rollout.task.tags, decision_tags.TAGS[word]: value}
        told = dataclasses.replace(rollout, task=dataclasses.replace(rollout.task, tags=tags))
        decision = told.written(word) or Decision(word, by)
    watched = _Watched(rollout, word)
    wait: Wait[Effect] = Wait(watched.look, clock.Deadline.after(NOTICE_S), Pace(latest_s=_AGAIN_S))
    found = await wait.result()
    return Deciding(
        cluster=rollout.context.place.cluster,
        service=rollout.service.name,
        rollout=rollout.rollout,
        task_arn=rollout.task.arn,
        decision=decision,
        again=again,
        effect=Effect.NOT_NOTICED if isinstance(found, Late) else found,
        deployment_id=watched.deployment_id or "",
    )


@dataclasses.dataclass(slots=True)
class _Watched:
    """A rollout that is expected to notice a decision."""

    rollout: LiveRollout
    word: Word
    deployment_id: str | None = None

    async def look(self) -> Effect | None:
        """Check once; None if the rollout hasn't noticed the decision yet."""
        handle = self.rollout.context.service
        task = await handle.task(self.rollout.task.arn)
        service = await handle.describe()
        if service is not None:
            self.deployment_id = decision_tags.changes(task or self.rollout.task, service)
        gone = task is None or task.stopping
        noticed = decision_tags.took_notice(task) if task else None
        return effect(self.word, noticed, gone=gone, changed=self.deployment_id is not None)


def effect(word: Word, noticed: Word | None, *, gone: bool, changed: bool) -> Effect | None:
    """Return the effect of a decision; None if it isn't known yet.

    Args:
        noticed: The decision that the rollout says it acts on.
        gone: Whether the rollout's canary is stopping.
        changed: Whether the service has been changed.
    """
    if word is Word.PROMOTE:
        # Acting on it isn't enough: the checks that run until the update can still end the rollout.
        if changed:
            return Effect.TAKEN
        return Effect.OVERRULED if gone or noticed is Word.ABORT else None
    if changed:
        return Effect.TOO_LATE
    return Effect.TAKEN if gone or noticed is Word.ABORT else None
