"""A task's application: its answer to an HTTP request that reaches its address."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ecs_simulator.world.task_entities import Address
    from ecs_simulator.world.world import World


class Reply(NamedTuple):
    """An application's reply: its status, its text, and how long it takes."""

    status: int
    body: str
    takes_s: float


def reply(world: World, address: Address, path: str) -> Reply | str:
    """Return an application's reply, or the network's failure: `unreachable` or `refused`.

    Args:
        path: With or without a query.
    """
    task = world.tasks.occupant(address)
    if task is None or not task.plan.reachable:
        return "unreachable"
    plan = task.plan
    ports = {
        p["containerPort"] for c in task.revision.containers for p in c.get("portMappings", ())
    }
    silent = task.up_since_s is None or world.now < task.up_since_s + plan.answers_s
    gone = any(c.last_status == "STOPPED" and c.essential for c in task.containers)
    if silent or gone or address[1] not in ports:
        return "refused"
    return Reply(plan.paths.get(path.partition("?")[0], plan.answer), plan.body, plan.latency_s)
