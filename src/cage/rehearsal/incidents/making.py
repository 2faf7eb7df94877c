"""What an incident is, and what incidents are made of."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from cage.canary import decision_tags, identity
from cage.locking.claims import Claim, State
from cage.locking.lock import name_of
from cage.model.events import ApprovalAwaited, Event, Step, StepStarted, WaitStarted
from cage.rehearsal.incidents.conditions import anywhere
from cage.rehearsal.stage import Firing, Stage
from cage.runtime.decisions import Word
from ecs_simulator.world import deployments
from ecs_simulator.world.things import ApiError, SimTask

_RENEWED_S = 30.0


@dataclasses.dataclass(frozen=True, slots=True)
class Incident:
    """Something that goes wrong during a rollout.

    Attributes:
        name: Its name on the command line.
        family: What it is about, as `image`.
        summary: What happens, in one line.
        why: Why the right outcome is right, in one line.
        right: The outcomes that are right, by class name, as `Aborted`.
        arm: Has it happen during the rollout that begins now.
        inapplicable: Returns why it can't happen to a service; None if it can.
        hurts_running_tasks: Whether it can take healthy tasks away by itself, whatever the
            deploy tool does.
        others_deploy: Whether somebody else changes the service in it.
        locked: Whether it is about the service's lock, which is then taken.
    """

    name: str
    family: str
    summary: str
    why: str
    right: frozenset[str]
    arm: Callable[[Stage], None]
    inapplicable: Callable[[Stage], str | None] = anywhere
    hurts_running_tasks: bool = False
    others_deploy: bool = False
    locked: bool = False


def is_next(task: SimTask) -> bool:
    """Tell whether a task runs the revision that is being rolled out: not the family's first."""
    return task.revision.number > 1


def for_each_new_task(behave: Callable[[Stage, SimTask], None]) -> Callable[[Stage], None]:
    """Have every task of the new revision behave so, whoever starts it."""

    def arm(stage: Stage) -> None:
        happens = stage.firing.later()

        def each(task: SimTask) -> None:
            if is_next(task):
                happens()
                behave(stage, task)

        stage.world.tasks.behaviours.append(each)

    return arm


def fail_to_start(stage: Stage, reason: str, *, within_s: float) -> None:
    """Let no task of the new revision start from now on."""

    def behave(stage: Stage, task: SimTask) -> None:
        task.plan.start_failure = (reason, reason)
        task.plan.start_failure_s = stage.world.engine.between(within_s / 2, within_s)

    for_each_new_task(behave)(stage)


def on_call(
    operations: tuple[str, ...],
    do: Callable[[Stage], None],
    *,
    times: int | None = None,
    after: str = "",
    chance: float = 1.0,
) -> Callable[[Stage], None]:
    """Have something done as these operations are called.

    Args:
        operations: By name; none means all.
        times: How often at most; None: always.
        after: Only once this operation has been called.
        chance: How many of the calls it happens to, 0 to 1.
    """

    def arm(stage: Stage) -> None:
        happens = stage.firing.later()

        def occur() -> None:
            happens()
            do(stage)

        faults = stage.simulator.faults
        faults.on_call(operations, occur, times=times, after=after, chance=chance)

    return arm


def once_told(
    so: Callable[[Event], bool], after_s: Callable[[Stage], float], do: Callable[[Stage], None]
) -> Callable[[Stage], None]:
    """Have something done some time after cage has told an event; without cage, never.

    Args:
        so: Tells the event; the first one counts.
        after_s: How long after it.
    """

    def arm(stage: Stage) -> None:
        happens = stage.firing.later()

        def occur() -> None:
            happens()
            do(stage)

        def hear(event: Event) -> None:
            if so(event):
                stage.listeners.remove(hear)
                stage.world.engine.after(after_s(stage), occur)

        stage.listeners.append(hear)

    return arm


class KilledError(BaseException):
    """SIGKILL: nothing of the process runs any more, its clean-up neither."""


def killed_at(operation: str, *, after: str = "") -> Callable[[Stage], None]:
    """Have the process killed as it is about to call an operation.

    Args:
        after: Only once this operation has been called.
    """

    def arm(stage: Stage) -> None:
        made, done = len(stage.api.calls), [False]
        happens = stage.firing.later()

        def gate(called: str, _params: dict[str, Any]) -> None:
            due = called == operation and (not after or after in stage.api.calls[made:])
            if due and not done[0]:
                happens()
                stage.killed = done[0] = True
            if stage.killed:
                raise KilledError

        stage.world.gates.append(gate)

    return arm


def begins_step(step: Step) -> Callable[[Event], bool]:
    """Return what tells that a step of the rollout begins."""
    return lambda event: isinstance(event, StepStarted) and event.step is step


def signalled(step: Step, signal: str) -> Callable[[Stage], None]:
    """Have a signal come a moment after a step began."""
    return once_told(
        begins_step(step),
        lambda stage: stage.world.engine.between(0.1, 2.0),
        lambda stage: stage.interrupt(signal),
    )


def killed_in(step: Step) -> Callable[[Stage], None]:
    """Have the process killed as it makes its first call in a step."""

    def arm(stage: Stage) -> None:
        happens = stage.firing.later()

        def hear(event: Event) -> None:
            if begins_step(step)(event):
                stage.listeners.remove(hear)
                happens()
                stage.killed = True

        def gate(_operation: str, _params: dict[str, Any]) -> None:
            if stage.killed:
                raise KilledError

        stage.listeners.append(hear)
        stage.world.gates.append(gate)

    return arm


def unapproved(do: Callable[[Stage], None], after_s: float = 45.0) -> Callable[[Stage], None]:
    """Have something done while approval is awaited; nobody else decides then."""
    awaited = once_told(lambda e: isinstance(e, ApprovalAwaited), lambda _stage: after_s, do)

    def arm(stage: Stage) -> None:
        stage.approves_after_s = None
        awaited(stage)

    return arm


def waits_in(check: str) -> Callable[[Event], bool]:
    """Return what tells that a check, or `bake` or `bake-after`, begins to wait."""
    return lambda event: isinstance(event, WaitStarted) and event.check == check


def ring(stage: Stage) -> None:
    """Let the first alarm that is asked for go off."""
    stage.world.alarms.states[stage.asked.alarms[0]] = "ALARM"


def decide(stage: Stage, word: Word) -> None:
    """Decide about the rollout from elsewhere, as `cage promote` and `cage abort` do."""
    value = decision_tags.value(stage.clients_now(), "a colleague")
    for task in canary_of(stage):
        if task.stopped_s is None:
            tags = [{"key": decision_tags.TAGS[word], "value": value}]
            stage.call("tag_resource", resourceArn=task.arn, tags=tags)


def arm(stage: Stage, incident: Incident, happens: Callable[[], None]) -> None:
    """Have an incident happen from now on, and be told each time that it does."""
    stage.firing = Firing(happens)
    incident.arm(stage)
    if not stage.firing.awaited:
        happens()
    stage.firing = Firing()


def begins(stage: Stage) -> None:
    """Tell that the incident happens as it is armed, whatever more it tells later."""
    stage.firing.later()()


def refuse(code: str, text: str, status: int = 400) -> None:
    """Refuse the call.

    Raises:
        ApiError: Always.
    """
    raise ApiError(code, text, status)


def lose_all_but_one(stage: Stage) -> None:
    """Let all tasks that serve but one end by themselves, whatever deploys."""
    running = [t for t in stage.service.tasks if t.last_status == "RUNNING" and not t.stopping]
    for task in running[1:]:
        for container in task.containers:
            if container.essential:
                stage.world.tasks.exit_container(task, container.name, 1)


def canary_of(stage: Stage) -> list[SimTask]:
    """Return the canary tasks of the service, oldest first."""
    group = identity.group(stage.service_name)
    return [t for t in stage.world.tasks.all.values() if t.group == group]


def deploy_by_hand(stage: Stage, revision_arn: str | None = None) -> None:
    """Deploy as a colleague does: a fix of their own, or a revision that is there already."""
    if revision_arn is None:
        fix = {**stage.task_definition, "tags": [{"key": "by", "value": "a colleague"}]}
        answer = stage.call("register_task_definition", **fix)
        revision_arn = answer["taskDefinition"]["taskDefinitionArn"]
    revision = stage.world.revision(str(revision_arn))
    deployments.begin(stage.world.engine, stage.service, revision, adopt=False)
    stage.world.scheduler.poke(stage.service)


def leave_canary(stage: Stage) -> SimTask:
    """Leave a canary task, as a rollout does that is killed right after it started one."""
    raw = stage.service.raw
    task = stage.world.tasks.start(
        stage.cluster,
        stage.service.primary.revision,
        group=identity.group(stage.service_name),
        started_by=identity.started_by(stage.service_name),
        launch_type=stage.world.launch_type_of(raw),
        tags={
            identity.ROLLOUT_TAG: "another-rollout",
            identity.LEASE_TAG: identity.lease(stage.clients_now()),
        },
    )
    task.plan.visible_s = 0.0
    return task


def keep_alive(
    stage: Stage, renew: Callable[[], None], lasts_s: float, end: Callable[[], None] = lambda: None
) -> None:
    """Renew a lease as a live rollout does: by the clients' clock, however fast the world lives.

    Args:
        lasts_s: How long the rollout lives from now on, in its own seconds.
        end: What it does in the end.
    """
    ends_s = stage.world.now + stage.clients_s(lasts_s)

    def beat() -> None:
        if stage.world.now >= ends_s:
            end()
        else:
            renew()
            stage.world.engine.after(stage.clients_s(_RENEWED_S), beat)

    beat()


def renew_lease(stage: Stage, task: SimTask) -> None:
    """Renew the lease of a canary task."""
    task.tags[identity.LEASE_TAG] = identity.lease(stage.clients_now())


def lock_of(stage: Stage) -> str:
    """Return the name of the parameter that is the service's lock."""
    return name_of(stage.cluster, stage.service_name)


def claim_lock(stage: Stage) -> None:
    """Claim the service's lock, or renew it, as another rollout does."""
    claim = Claim("another-rollout", "somebody@elsewhere", State())
    stage.world.parameters.put(lock_of(stage), claim.text(), overwrite=True)
