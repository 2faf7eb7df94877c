"""Log drivers and what they need.

Source: ECS developer guide, "Send Amazon ECS logs to CloudWatch" and "FireLens".
"""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import Breach, advice, breach
from ecs_rules.catalog import rule
from ecs_rules.request import Shape, containers, fargate_spot
from ecs_rules.values import show

_ON_FARGATE = ("awslogs", "splunk", "awsfirelens")


@rule()
def awslogs(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """CloudWatch needs a group and a region, and on Fargate a prefix."""
    why = fargate_spot(service, task_definition)
    for spot, container in containers(task_definition):
        configuration = container.get("logConfiguration", {})
        at = spot.at("logConfiguration")
        driver = configuration.get("logDriver")
        if why and driver and driver not in _ON_FARGATE:
            message = f"Fargate has no log driver {show(driver)}"
            yield breach(at.at("logDriver"), message, f"Use one of {', '.join(_ON_FARGATE)}", why)
        if driver != "awslogs":
            continue
        options = configuration.get("options", {})
        relies_on = (at.at("logDriver"), at.at("options"))
        for option in ("awslogs-group", "awslogs-region", "awslogs-stream-prefix"):
            if options.get(option):
                continue
            message = f"the log driver awslogs has no {option}"
            if option == "awslogs-group" or why:
                yield breach(at, message, "Add it to options", *relies_on, *((why,) if why else ()))
            elif option == "awslogs-region":
                yield advice(at, message, "Add it to options", *relies_on)


@rule()
def firelens(_service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """Logs that go to FireLens need one container that is its router."""
    all_containers = list(containers(task_definition))
    routers = [spot for spot, one in all_containers if "firelensConfiguration" in one]
    relies_on = tuple(spot.at("firelensConfiguration") for spot, _ in all_containers)
    for spot in routers[1:]:
        at = spot.at("firelensConfiguration")
        yield breach(at, "a task has one FireLens container at most", "Remove it", routers[0])
    for spot, container in all_containers:
        driver = container.get("logConfiguration", {}).get("logDriver")
        if driver == "awsfirelens" and not routers:
            yield breach(
                spot.at("logConfiguration", "logDriver"),
                "no container has a firelensConfiguration to take these logs",
                "Add a log router container, or use another driver",
                *relies_on,
            )
