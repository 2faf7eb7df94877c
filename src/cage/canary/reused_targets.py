"""Whether another task now has a stopped canary's target, which then isn't the canary's.

A task that stops frees its address, or its host port. The next task on that instance or in that
subnet can get the same one, and with it the same target (ELB user guide, "Register targets": a
target is an address or an instance, and a port).
"""

from __future__ import annotations

from cage.availability.task_targets import addresses, host_ports
from cage.context import Context
from cage.model.errors import AwsError, AwsUnavailableError
from cage.model.targets import Target
from cage.model.tasks import Task


async def reused(context: Context, canary: Task, wanted: frozenset[Target]) -> frozenset[Target]:
    """Return those of a stopped canary's targets that now belong to another task of the cluster.

    Raises:
        AwsError: AWS refused to list the cluster's tasks, or didn't answer.
    """
    ecs, cluster = context.ecs, context.place.cluster
    arns = await ecs.list_tasks(cluster)
    known = await ecs.describe_tasks(cluster, arns) if arns else {}
    found: set[Target] = set()
    for task in known.values():
        if task.arn == canary.arn or task.stopping:
            continue
        found |= {t for t in wanted if t.id in addresses(task)}
        instance = task.container_instance_arn
        if instance is not None and instance == canary.container_instance_arn:
            revision = await ecs.describe_revision(task.revision_arn)
            found |= {t for t in wanted if t.port in host_ports(task, revision)}
    return frozenset(found)


async def as_it_is(context: Context, canary: Task) -> Task | None:
    """Return the canary as it is now, or as it was if access is denied; None: ECS forgot it.

    Raises:
        AwsUnavailableError: AWS didn't answer.
    """
    try:
        return await context.service.task(canary.arn)
    except AwsUnavailableError:
        raise
    except AwsError:
        return canary
