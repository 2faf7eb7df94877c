"""EC2 instances that are drained or lost, and Fargate Spot tasks that are interrupted.

Sources: ECS developer guide, "Draining Amazon ECS container instances", "Fargate Spot
termination notices"; ECS API reference, Task (stopCode).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecs_simulator.world.task_entities import SimInstance, SimTask

if TYPE_CHECKING:
    from ecs_simulator.world.world import World

SPOT_REASON = "Your Spot Task was interrupted."


def set_state(world: World, cluster: str, instance: SimInstance, status: str) -> None:
    """Drain an instance, or make it usable again: DRAINING or ACTIVE.

    Service tasks that aren't running yet are stopped at once; the scheduler replaces the
    others within the percents. Standalone tasks stay.
    """
    if instance.status == status:
        return
    instance.status = status
    world.engine.note(f"instance {status}", instance.id)
    world.engine.touch("instance", instance.arn, instance)
    if status == "DRAINING":
        for task in tasks_on(world, instance):
            if world.service_of(task) is not None and not task.reached_running:
                reason = f"Instance {instance.arn} is DRAINING."
                world.tasks.stop(task, "ServiceSchedulerInitiated", reason)
    world.recount_daemons(cluster)


def lose(world: World, cluster: str, instance: SimInstance) -> None:
    """Let an instance be terminated: it and its tasks disappear at once."""
    world.clusters[cluster].remove(instance)
    instance.status = "INACTIVE"
    world.engine.note("instance gone", instance.id)
    for task in tasks_on(world, instance):
        reason = f"Host EC2 (instance {instance.ec2_id}) terminated."
        world.tasks.stop(task, "TerminationNotice", reason)
    world.recount_daemons(cluster)


def interrupt(world: World, task: SimTask) -> None:
    """Let Fargate Spot interrupt a task: SIGTERM now, and an end within 120 s.

    Raises:
        ValueError: The task doesn't run on Fargate Spot.
    """
    if task.capacity_provider != "FARGATE_SPOT":
        raise ValueError(f"task {task.id} doesn't run on FARGATE_SPOT")
    world.tasks.stop(task, "SpotInterruption", SPOT_REASON)


def lose_zone(world: World, zone: str) -> None:
    """Let a zone fail: its instances and tasks disappear, and nothing can start there.

    *Unknown*: what ECS reports for Fargate's tasks then; assumed to be the same as for hosts.
    """
    world.zones.down.add(zone)
    for cluster, instances in world.clusters.items():
        for instance in [i for i in instances if i.zone == zone]:
            lose(world, cluster, instance)
    for task in list(world.tasks.all.values()):
        if task.zone == zone and task.stopped_s is None:
            reason = "The host of the task is not reachable."
            world.tasks.stop(task, "TerminationNotice", reason)


def tasks_on(world: World, instance: SimInstance) -> list[SimTask]:
    """Return the tasks that an instance holds."""
    return [
        task
        for task in world.tasks.all.values()
        if task.instance is instance and task.stopped_s is None
    ]
