"""Services on a stage, changed by plain API calls: what ECS alone makes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import Stage
from ecs_simulator.world.service_entities import SimDeployment
from ecs_simulator.world.task_entities import SimTask

BLUE = SHAPES["fargate"]().service["loadBalancers"][0]["targetGroupArn"]
GREEN = BLUE.replace("web", "green")
RULE = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/main/1/2/3"


def up(shape: str = "fargate", *, seed: int = 0, **differences: Any) -> Stage:
    """A service of that shape, steady, with these differences in its definition.

    A difference of None takes a key away.
    """
    script = SHAPES[shape]()
    service = {k: v for k, v in {**script.service, **differences}.items() if v is not None}
    return script.but(service_definition=service, seed=seed).stage()


def shifted(strategy: str = "BLUE_GREEN", **config: Any) -> Stage:
    """A steady service whose deployments shift traffic."""
    balancer = {
        **SHAPES["fargate"]().service["loadBalancers"][0],
        "advancedConfiguration": {
            "alternateTargetGroupArn": GREEN,
            "productionListenerRule": RULE,
            "roleArn": "arn:aws:iam::123456789012:role/ecs",
        },
    }
    given = {"strategy": strategy, "bakeTimeInMinutes": 5, **config}
    return up(loadBalancers=[balancer], deploymentConfiguration=given)


def shown(stage: Stage) -> dict[str, Any]:
    """What DescribeServiceDeployments shows of the newest one."""
    arn = stage.service.history[0].arn
    answer = stage.call("describe_service_deployments", serviceDeploymentArns=[arn])
    found: dict[str, Any] = answer["serviceDeployments"][0]
    return found


def stages(stage: Stage) -> list[str]:
    """The stages that the newest service deployment has entered."""
    trace = stage.world.engine.trace
    record = stage.service.history[0].arn.rpartition("/")[2]
    return [h.what.removeprefix("stage ") for h in trace if h.who == record and "stage" in h.what]


def deploy(stage: Stage, **params: Any) -> SimDeployment:
    """Register the next revision and update the service to it."""
    made = stage.call("register_task_definition", **stage.task_definition)
    return update(stage, taskDefinition=made["taskDefinition"]["taskDefinitionArn"], **params)


def update(stage: Stage, **params: Any) -> SimDeployment:
    """Update the service."""
    stage.call("update_service", cluster=stage.cluster, service=stage.service_name, **params)
    return stage.service.primary


def wait(stage: Stage, seconds: float) -> None:
    """Let time pass."""
    stage.world.run_until(stage.world.now + seconds)


def wait_for(
    stage: Stage, so: Callable[[], bool], at_most_s: float = 3600.0, every_s: float = 1.0
) -> float:
    """Wait until it is so, and return the seconds that it took."""
    began_s = stage.world.now
    while not so():
        assert stage.world.now - began_s < at_most_s, "it never became so"
        wait(stage, every_s)
    return stage.world.now - began_s


def settled(stage: Stage) -> Callable[[], bool]:
    """Whether the deployment that the service works on is over."""
    return lambda: stage.service.primary.rollout_state != "IN_PROGRESS"


def said(stage: Stage) -> list[str]:
    """The service's events, oldest first."""
    return [str(e["message"]) for e in reversed(stage.service.events)]


def behave(stage: Stage, change: Callable[[SimTask], None]) -> None:
    """Let the tasks of later revisions behave otherwise."""

    def apply(task: SimTask) -> None:
        if task.revision.number > 1:
            change(task)

    stage.world.tasks.behaviors.append(apply)


def hide(stage: Stage) -> None:
    """Let no health check of a load balancer reach the tasks of later revisions."""

    def change(task: SimTask) -> None:
        task.plan.reachable = False

    behave(stage, change)


def break_image(stage: Stage) -> None:
    """Let no task of a later revision start."""

    def change(task: SimTask) -> None:
        task.plan.start_failure = ("CannotPullContainerError: not found", "not found")
        task.plan.start_failure_s = 20.0

    behave(stage, change)
