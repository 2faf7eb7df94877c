"""The calls of an instance's agent, and its update.

Source: ECS API reference, RegisterContainerInstance, DiscoverPollEndpoint, SubmitTaskStateChange,
SubmitContainerStateChange, SubmitAttachmentStateChanges ("only used by the Amazon ECS agent") and
UpdateContainerAgent. *Unknown*: the text of an acknowledgment, and how long an update takes.
"""

from __future__ import annotations

import json
from typing import Any

from ecs_simulator.operations import instances, tasks, views
from ecs_simulator.operations.refusals import invalid
from ecs_simulator.operations.tags import as_tags
from ecs_simulator.world import ApiError, World
from ecs_simulator.world.task_entities import NEWEST_AGENT, SimInstance, SimTask
from ecs_simulator.world.tasks import ESSENTIAL_EXITED

_ACKNOWLEDGED = {"acknowledgment": "ACK"}
_UPDATES = ("STAGING", "STAGED", "UPDATING", "UPDATED")


def register_container_instance(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Let an instance join a cluster with what its agent measured; or let its agent reconnect."""
    cluster = world.cluster(params.get("cluster"))
    known = instances.find(world, cluster, params.get("containerInstanceArn") or "")
    version = (params.get("versionInfo") or {}).get("agentVersion") or ""
    if known is not None:
        known.connected, known.agent = True, version or known.agent
        world.engine.touch("instance", known.arn, known)
        return {"containerInstance": views.instance(world, known)}
    amounts = {r["name"]: r.get("integerValue") for r in params.get("totalResources") or []}
    instance = world.add_instance(
        cluster,
        _ec2_id(params.get("instanceIdentityDocument") or "{}"),
        cpu=int(amounts.get("CPU") or 0),
        memory=int(amounts.get("MEMORY") or 0),
    )
    instance.agent = version
    instance.tags = as_tags(params.get("tags"))
    instance.attributes = {a["name"]: a.get("value") for a in params.get("attributes") or []}
    world.engine.touch("instance", instance.arn, instance)
    return {"containerInstance": views.instance(world, instance)}


def _ec2_id(document: str) -> str:
    """Return the EC2 instance's id from its identity document; its signature isn't checked."""
    try:
        return str(json.loads(document).get("instanceId") or "")
    except (AttributeError, ValueError):
        raise invalid("The instance identity document is invalid.") from None


def discover_poll_endpoint(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Return where an agent polls; nothing answers there."""
    world.cluster(params.get("cluster"))
    return {
        key: f"https://{host}.{world.region}.invalid/"
        for key, host in (
            ("endpoint", "ecs-a-1"),
            ("telemetryEndpoint", "ecs-t-1"),
            ("serviceConnectEndpoint", "ecs-sc"),
        )
    }


def submit_task_state_change(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Let an agent's report change a task: containers that ended, interfaces, the task's end."""
    task = _task(world, params)
    for change in params.get("containers") or []:
        _end_container(world, task, change.get("containerName") or "", change)
    _attach(world, params.get("attachments") or [])
    if params.get("status") == "STOPPED":
        reason = params.get("reason") or ESSENTIAL_EXITED
        world.tasks.stop(task, "EssentialContainerExited", reason)
    return _ACKNOWLEDGED


def submit_container_state_change(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Let an agent's report end a container."""
    _end_container(world, _task(world, params), params.get("containerName") or "", params)
    return _ACKNOWLEDGED


def submit_attachment_state_changes(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Let an agent's report show that tasks' interfaces are attached."""
    world.cluster(params.get("cluster"))
    _attach(world, params["attachments"])
    return _ACKNOWLEDGED


def _task(world: World, params: dict[str, Any]) -> SimTask:
    cluster = world.cluster(params.get("cluster"))
    task = tasks.find(world, cluster, params.get("task") or "")
    if task is None:
        raise invalid("The referenced task was not found.")
    return task


def _end_container(world: World, task: SimTask, name: str, change: dict[str, Any]) -> None:
    if change.get("status") == "STOPPED":
        code, reason = int(change.get("exitCode") or 0), change.get("reason") or ""
        world.tasks.exit_container(task, name, code, reason)


def _attach(world: World, changes: list[dict[str, Any]]) -> None:
    attached = {
        change["attachmentArn"].rpartition("/")[2]
        for change in changes
        if change["status"] == "ATTACHED"
    }
    for task in world.tasks.all.values():
        if task.ipv4 and views.attachment_id(task) in attached:
            task.eni_shown = True
            world.engine.touch("task", task.arn, task)


def update_container_agent(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Update an instance's agent to the newest version, in the background."""
    cluster = world.cluster(params.get("cluster"))
    instance = instances.find(world, cluster, params["containerInstance"])
    if instance is None:
        raise invalid("Referenced container instance not found.")
    if not instance.agent:
        raise ApiError("MissingVersionException", "The version of the agent is unknown.")
    if instance.agent_update in {"PENDING", *_UPDATES[:-1]}:
        raise ApiError("UpdateInProgressException", "An update is already in progress.")
    if instance.agent == NEWEST_AGENT:
        raise ApiError("NoUpdateAvailableException", "No update is available.")
    instance.agent_update = "PENDING"
    _update(world, instance, 0)
    return {"containerInstance": views.instance(world, instance)}


def _update(world: World, instance: SimInstance, step: int) -> None:
    def enter() -> None:
        instance.agent_update = _UPDATES[step]
        if step + 1 < len(_UPDATES):
            _update(world, instance, step + 1)
        else:
            instance.agent = NEWEST_AGENT
        world.engine.touch("instance", instance.arn, instance)

    world.engine.after(world.engine.between(2.0, 8.0), enter)
