"""ECS Exec: a session that nothing answers, as no container runs.

Source: ECS API reference, ExecuteCommand; ECS developer guide, "Monitor Amazon ECS containers
with ECS Exec". The text of the refusal: published answers.
"""

from __future__ import annotations

from typing import Any

from ecs_simulator.operations import tasks
from ecs_simulator.operations.refusals import invalid
from ecs_simulator.world import ApiError, World
from ecs_simulator.world.task_entities import ACCOUNT, SimContainer, SimTask

_NOT_ENABLED = (
    "The execute command failed because execute command was not enabled when the task was run or "
    "the execute command agent isn't running. Wait and try again or run a new task with execute "
    "command enabled and try again."
)


def execute_command(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Open a session with a container of a running task that allows it.

    Its URL is under `.invalid`: a client that connects fails at once, and reaches no one.
    """
    cluster = world.cluster(params.get("cluster"))
    task = tasks.find(world, cluster, params["task"])
    if task is None:
        raise invalid("The specified task wasn't found.")
    if not params["interactive"]:
        raise invalid("Interactive is the only mode supported currently.")
    container = _container(task, params.get("container") or "")
    if not task.may_execute or task.stopping:
        raise invalid(_NOT_ENABLED)
    if container.last_status != "RUNNING":
        raise ApiError(
            "TargetNotConnectedException",
            "The execute command failed due to an internal error. Try again later.",
        )
    session = f"ecs-execute-command-{world.engine.hex_id(17)}"
    return {
        "clusterArn": f"arn:aws:ecs:{world.region}:{ACCOUNT}:cluster/{cluster}",
        "containerArn": f"{task.arn.replace(':task/', ':container/')}/{container.name}",
        "containerName": container.name,
        "interactive": True,
        "session": {
            "sessionId": session,
            "streamUrl": f"wss://ssmmessages.{world.region}.invalid/v1/data-channel/{session}",
            "tokenValue": "simulated",
        },
        "taskArn": task.arn,
    }


def _container(task: SimTask, name: str) -> SimContainer:
    """Return the container to run the command in; it must be named if there are several."""
    if not name and len(task.containers) > 1:
        raise invalid("Specify a container: the task has more than one.")
    for container in task.containers:
        if name in {"", container.name}:
            return container
    raise invalid(f"The container {name} isn't part of the task.")
