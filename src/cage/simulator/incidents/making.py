"""What an incident is, and what incidents are made of."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from cage.canary import identity
from cage.simulator.operations.times import stamp
from cage.simulator.stage import Firing, Stage
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


def needs_desired_count(stage: Stage) -> str | None:
    """It is about how many tasks are wanted, which nobody says of a DAEMON service."""
    return "it runs one task on each instance" if stage.service.daemon else None


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
        happens = stage.firing.later()

        def each(task: SimTask) -> None:
            if is_next(task):
                happens()
                behave(stage, task)

        stage.world.tasks.behaviours.append(each)

    return arm


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
        made, left = len(stage.api.calls), [times]
        happens = stage.firing.later()

        def gate(operation: str, _params: dict[str, Any]) -> None:
            if operations and operation not in operations:
                return
            if left[0] == 0 or (after and after not in stage.api.calls[made:]):
                return
            if chance < 1.0 and not stage.world.engine.chance(chance):
                return
            if left[0] is not None:
                left[0] -= 1
            happens()
            do(stage)

        stage.world.gates.append(gate)

    return arm


def arm(stage: Stage, incident: Incident, happens: Callable[[], None]) -> None:
    """Have an incident happen from now on, and be told each time that it does."""
    stage.firing = Firing(happens)
    incident.arm(stage)
    if not stage.firing.awaited:
        happens()
    stage.firing = Firing()


def refuse(code: str, text: str, status: int = 400) -> None:
    """Refuse the call.

    Raises:
        ApiError: Always.
    """
    raise ApiError(code, text, status)


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
