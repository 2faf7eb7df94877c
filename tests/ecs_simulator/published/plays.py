"""What happens in a situation: one function each, which returns when it began."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecs_simulator.world.task_entities import SimTask
    from tests.ecs_simulator.published.scene import Scene

    Play = Callable[[Scene], float]


def roll(scene: Scene) -> float:
    """Update a steady service to a revision that is as good."""
    scene.bring_up()
    began_s = scene.world.now
    scene.update(taskDefinition=scene.register(), forceNewDeployment=True)
    return began_s


def roll_to_zero(scene: Scene) -> float:
    """Update a steady service to the next revision, and its count to 0."""
    scene.bring_up()
    began_s = scene.world.now
    scene.update(taskDefinition=scene.register(), desiredCount=0)
    return began_s


def create(scene: Scene) -> float:
    """Create the service."""
    scene.wait(scene.chance.uniform(0.0, 60.0))
    began_s = scene.world.now
    scene.create()
    return began_s


def scale_to_zero(scene: Scene) -> float:
    """Set a steady service's count to 0."""
    scene.bring_up()
    began_s = scene.world.now
    scene.update(desiredCount=0)
    return began_s


def hang(scene: Scene) -> float:
    """Let tasks of a steady service stop answering, and keep running."""
    scene.bring_up()
    began_s = scene.world.now
    for task in scene.service.tasks[: scene.situation.hangs]:
        task.plan.reachable = False
    return began_s


def container_hang(scene: Scene) -> float:
    """Let the container health check of a steady service's task fail from now on."""
    scene.bring_up()
    scene.wait(300.0)
    began_s = scene.world.now
    task = scene.running()
    for container in task.containers:
        container.health = "UNHEALTHY"
    scene.world.tasks._changed(task)
    return began_s


def stop_task(scene: Scene) -> float:
    """Stop a task of a steady service, as somebody else."""
    scene.bring_up()
    began_s = scene.world.now
    scene.call("StopTask", cluster="main", task=scene.running().arn)
    return began_s


def crash_loop(scene: Scene) -> float:
    """Let the task of a steady service exit, and all that replace it."""
    scene.bring_up()
    after_s = scene.situation.exits_after_s

    def crash(task: SimTask) -> None:
        task.plan.exits.append(("", after_s, 1, ""))

    scene.behave(crash)
    scene.world.tasks.exit_container(scene.running(), "", 1)
    scene.wait(4.0 * after_s)
    scene.wait_for(lambda: _begun(scene), scene.situation.lasts_s)
    return scene.world.now


def never_starts(scene: Scene) -> float:
    """Update a steady service to a revision whose tasks never start."""
    scene.bring_up()
    _break_later(scene)
    began_s = scene.world.now
    scene.update(taskDefinition=scene.register())
    return began_s


def superseded(scene: Scene) -> float:
    """Replace a deployment whose only new task is still pending; neither can start a task."""
    scene.bring_up()
    _break_later(scene)
    scene.update(taskDefinition=scene.register())
    scene.wait(scene.situation.supersedes_after_s)
    began_s = scene.world.now
    scene.update(taskDefinition=scene.register())
    return began_s


def superseded_good(scene: Scene) -> float:
    """Replace a deployment whose only task is still pending, with one that is as good."""
    scene.bring_up(desiredCount=0)
    scene.update(desiredCount=1)
    scene.wait(scene.situation.supersedes_after_s)
    began_s = scene.world.now
    scene.update(taskDefinition=scene.register())
    return began_s


def wrong_answers(scene: Scene) -> float:
    """Update a steady service to a revision that answers 500."""
    scene.bring_up()

    def answer(task: SimTask) -> None:
        task.plan.answer = 500

    scene.behave(answer, newer_than=1)
    began_s = scene.world.now
    scene.update(taskDefinition=scene.register())
    return began_s


def checks_fail(scene: Scene) -> float:
    """Update a steady service to a revision whose container health check fails."""
    scene.bring_up()

    def fail(task: SimTask) -> None:
        task.plan.container_healthy = False

    scene.behave(fail, newer_than=1)
    began_s = scene.world.now
    scene.update(taskDefinition=scene.register())
    return began_s


def no_capacity(scene: Scene) -> float:
    """Update a service that stops first, while no task can be placed until ECS gives up."""
    scene.bring_up()
    began_s = scene.world.now
    scene.world.fargate_capacity = lambda _revision, _group: False
    scene.update(taskDefinition=scene.register())
    scene.wait_for(lambda: scene.said("deployment failed"), scene.situation.lasts_s)
    scene.world.fargate_capacity = lambda _revision, _group: True
    return began_s


def given_up(scene: Scene) -> float:
    """Stop, with a rollback, a deployment whose tasks exit before they are healthy."""
    scene.bring_up()
    after_s = scene.situation.exits_after_s

    def crash(task: SimTask) -> None:
        task.plan.exits.append(("", after_s, 1, ""))

    scene.behave(crash, newer_than=1)
    scene.update(taskDefinition=scene.register())
    scene.wait(scene.situation.supersedes_after_s)
    record = scene.service.history[0]
    if record.status != "IN_PROGRESS":
        raise AssertionError(f"after {scene.situation.supersedes_after_s} s it is {record.status}")
    began_s = scene.world.now
    scene.call("StopServiceDeployment", serviceDeploymentArn=record.arn, stopType="ROLLBACK")
    return began_s


def _begun(scene: Scene) -> bool:
    """Whether the service's only task has just been started."""
    return [t.last_status for t in scene.service.tasks] == ["PROVISIONING"]


def _break_later(scene: Scene) -> None:
    """Let no task of a later revision start: each try takes as long as was seen."""
    after_s = scene.situation.fails_after_s

    def fail(task: SimTask) -> None:
        reason = "ResourceInitializationError: unable to pull secrets or registry auth"
        task.plan.start_failure = (reason, "")
        task.plan.start_failure_s = max(0.0, after_s - task.plan.provisioning_s)

    scene.behave(fail, newer_than=1)


PLAYS: dict[str, Play] = {
    "roll": roll,
    "roll-to-zero": roll_to_zero,
    "create": create,
    "scale-to-zero": scale_to_zero,
    "hang": hang,
    "container-hang": container_hang,
    "stop-task": stop_task,
    "crash-loop": crash_loop,
    "never-starts": never_starts,
    "superseded": superseded,
    "superseded-good": superseded_good,
    "wrong-answers": wrong_answers,
    "checks-fail": checks_fail,
    "no-capacity": no_capacity,
    "given-up": given_up,
}
