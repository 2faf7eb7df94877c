"""What an incident is, and what incidents are made of."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from cage.canary import identity
from cage.simulator.operations.times import stamp
from cage.simulator.stage import Stage
from cage.simulator.world import deployments
from cage.simulator.world.things import ApiError, SimTask


def anywhere(_stage: Stage) -> str | None:
    """It can happen to any service."""
    return None


def needs_load_balancer(stage: Stage) -> str | None:
    """Only a load balancer can notice it."""
    return None if stage.definition.get("loadBalancers") else "no load balancer"


def needs_instances(stage: Stage) -> str | None:
    """It is about container instances."""
    on_ec2 = stage.world.launch_type_of(stage.service.raw) == "EC2"
    return None if on_ec2 else "it doesn't run on container instances"


_SEVERAL = 2


def wants_several(stage: Stage) -> str | None:
    """There must be several tasks to lose."""
    return None if stage.service.desired >= _SEVERAL else "the service wants no second task"


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


def is_next(task: SimTask) -> bool:
    """Tell whether a task runs the revision that is being rolled out: not the family's first."""
    return task.revision.number > 1


def for_each_new_task(behave: Callable[[Stage, SimTask], None]) -> Callable[[Stage], None]:
    """Have every task of the new revision behave so, whoever starts it."""

    def arm(stage: Stage) -> None:
        def each(task: SimTask) -> None:
            if is_next(task):
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
) -> Callable[[Stage], None]:
    """Have something done as these operations are called.

    Args:
        operations: By name; none means all.
        times: How often at most; None: always.
        after: Only once this operation has been called.
    """

    def arm(stage: Stage) -> None:
        made, left = len(stage.api.calls), [times]

        def gate(operation: str, _params: dict[str, Any]) -> None:
            if operations and operation not in operations:
                return
            if left[0] == 0 or (after and after not in stage.api.calls[made:]):
                return
            if left[0] is not None:
                left[0] -= 1
            do(stage)

        stage.world.gates.append(gate)

    return arm


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
            identity.LEASE_TAG: identity.lease(stamp(stage.world.now)),
        },
    )
    task.plan.visible_s = 0.0
    return task
