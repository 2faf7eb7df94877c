"""Effects of incidents: on calls, tasks, alarms, the service and its lock."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from cage.canary import decision_tags
from cage.locking.claims import Claim, State
from cage.locking.lock import name_of
from cage.model import identity
from cage.rehearsal.incidents.triggers import for_each_new_task, on_call
from cage.rehearsal.stage import Stage
from cage.runtime.decisions import Word
from ecs_simulator.world import deployments
from ecs_simulator.world.errors import ApiError, NoAnswerError, SpoiledAnswerError
from ecs_simulator.world.task_entities import SimTask

_RENEWED_S = 30.0
_IN_LATTICE = {
    "elasticloadbalancing:DeregisterTargets": "vpc-lattice:DeregisterTargets",
    "elasticloadbalancing:DescribeTargetHealth": "vpc-lattice:ListTargets",
    "elasticloadbalancing:RegisterTargets": "vpc-lattice:RegisterTargets",
}
"""The action that a service needs whose target groups are all of VPC Lattice."""


def refuse(code: str, text: str, status: int = 400) -> None:
    """Refuse the call.

    Raises:
        ApiError: Always.
    """
    raise ApiError(code, text, status)


def spoil(answer: Callable[[str], str], *, done: bool) -> None:
    """Send something else in place of the call's answer.

    Raises:
        SpoiledAnswerError: Always.
    """
    raise SpoiledAnswerError(answer, done=done)


def take_all_room(stage: Stage) -> None:
    """Leave no memory on the cluster's instances; tasks that stop free theirs again."""
    for instance in stage.world.clusters[stage.cluster]:
        instance.memory = 0


def lose(*, done: bool) -> None:
    """Drop the connection.

    Args:
        done: Whether the call takes effect.

    Raises:
        NoAnswerError: Always.
    """
    raise NoAnswerError(done=done)


def denied(action: str, *operations: str) -> Callable[[Stage], None]:
    """Deny the caller an action, and the operations that need it.

    Args:
        action: The action, such as `ecs:RunTask`.
        operations: The operations; without any, the action's own operation.
    """

    def refuse_access(stage: Stage) -> None:
        in_lattice = all(group.lattice for group in stage.world.groups.groups.values())
        asked = _IN_LATTICE.get(action, action) if in_lattice else action
        is_elb = asked.startswith("elasticloadbalancing:")
        text = (
            "User: arn:aws:sts::123456789012:assumed-role/ci/deploy is not authorized to perform: "
            f"{asked} on resource: * because no identity-based policy allows the action"
        )
        refuse("AccessDenied" if is_elb else "AccessDeniedException", text)

    wanted = (action, _IN_LATTICE.get(action, action))
    own = tuple(dict.fromkeys(each.partition(":")[2] for each in wanted))
    return on_call(operations or own, refuse_access)


def cannot_start(reason: str, least_s: float, most_s: float) -> Callable[[Stage], None]:
    """Prevent every task of the new revision from starting.

    Args:
        reason: The reason, in ECS's words; IMAGE stands for the image of the first container.
        least_s: The minimum seconds that a task is PENDING.
        most_s: The maximum seconds that a task is PENDING.
    """

    def behave(stage: Stage, task: SimTask) -> None:
        why = reason.replace("IMAGE", task.containers[0].image)
        task.plan.start_failure = (why, why)
        task.plan.start_failure_s = stage.world.engine.between(least_s, most_s)

    return for_each_new_task(behave)


def exits(code: int, reason: str, least_s: float, most_s: float) -> Callable[[Stage], None]:
    """Make the essential container of each task of the new revision exit.

    Args:
        reason: The reason, in ECS's words; empty if ECS gives none.
        least_s: The minimum seconds from its start until it exits.
        most_s: The maximum seconds from its start until it exits.
    """

    def behave(stage: Stage, task: SimTask) -> None:
        task.plan.exits.append(("", stage.world.engine.between(least_s, most_s), code, reason))

    return for_each_new_task(behave)


def ring(stage: Stage) -> None:
    """Put the first requested alarm into ALARM."""
    stage.world.alarms.states[stage.checks.alarms[0]] = "ALARM"


def decide(stage: Stage, word: Word) -> None:
    """Decide about the rollout from elsewhere, like `cage promote` and `cage abort` do."""
    for task in canary_of(stage):
        if task.stopped_s is None:
            asked = decision_tags.question_in(task.tags) if word is Word.PROMOTE else ""
            value = decision_tags.value(stage.clients_now(), "a colleague", asked)
            tags = [{"key": decision_tags.TAGS[word], "value": value}]
            stage.call("tag_resource", resourceArn=task.arn, tags=tags)


def lose_all_but_one(stage: Stage) -> None:
    """Make all serving tasks but one end on their own, whatever deploys."""
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
    """Deploy like a colleague would: their own fix, or an existing revision."""
    if revision_arn is None:
        fix = {**stage.task_definition, "tags": [{"key": "by", "value": "a colleague"}]}
        answer = stage.call("register_task_definition", **fix)
        revision_arn = answer["taskDefinition"]["taskDefinitionArn"]
    revision = stage.world.revision(str(revision_arn))
    deployments.begin(stage.world.engine, stage.service, revision, adopt=False)
    stage.world.scheduler.poke(stage.service)


def leave_canary(stage: Stage) -> SimTask:
    """Leave a canary task, like a rollout that is killed right after it started one."""
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
    """Renew a lease like a live rollout does: on the clients' clock, whatever the world's speed.

    Args:
        lasts_s: How long the rollout lives from now on, in its own seconds.
        end: Called at the end of its life.
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
    """Claim or renew the service's lock, like another rollout does."""
    claim = Claim("another-rollout", "somebody@elsewhere", State())
    with contextlib.suppress(ApiError):  # another claim was written in the same instant
        stage.world.parameters.put(lock_of(stage), claim.text(), overwrite=True)
