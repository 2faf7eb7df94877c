"""`cage sweep`: the canaries of dead rollouts go, those of live ones are never touched."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cage.model import events, identity
from cage.model.events import Event
from cage.rehearsal.shapes import SHAPES
from cage.rollout import sweep
from cage.runtime import clock
from cage.runtime.journal import Journal
from ecs_simulator import loop
from ecs_simulator.operations.times import stamp
from ecs_simulator.world import ApiError

if TYPE_CHECKING:
    from cage.rehearsal.stage import Stage
    from ecs_simulator.world.task_entities import SimTask


@dataclasses.dataclass
class Told:
    """A told sweep: what became of the canaries, and what was said."""

    swept: sweep.Swept
    events: list[Event]


def _canary(
    stage: Stage, service: str, *, lease_s: float | None = None, group: str | None = None
) -> SimTask:
    """Start a canary as a rollout does that was killed at once, with a lease of its own."""
    world = stage.world
    tags = {identity.ROLLOUT_TAG: f"of-{service}", identity.SERVICE_TAG: service}
    if lease_s is not None:
        until = stamp(world.now + lease_s)
        tags[identity.LEASE_TAG] = until.strftime("%Y-%m-%dT%H:%M:%SZ")
    task = world.tasks.start(
        stage.cluster,
        world.revision("web:1"),
        group=identity.group(service) if group is None else group,
        started_by=identity.started_by(service),
        launch_type="FARGATE",
        tags=tags,
    )
    world.run_until(world.now + 90)
    return task


def _register(stage: Stage, task: SimTask) -> None:
    for arn in stage.world.groups.groups:
        stage.world.groups.register(arn, (task.ipv4, 8080))
    stage.world.run_until(stage.world.now + 10)


def _sweep(
    stage: Stage, service: str | None = None, *, dry: bool = False, pause_s: float = 0.0
) -> Told:
    told: list[Event] = []

    async def work() -> sweep.Swept:
        context = stage.context(Journal("sweep", (told.append,))).at(service or "")
        found = await sweep.find(context)
        await clock.sleep(pause_s)
        return await sweep.remove(context, found, dry=dry)

    return Told(loop.run(work, at_s=stage.world.now), told)


def _ids(tasks: tuple[object, ...]) -> set[str]:
    return {t.arn for t in tasks}  # type: ignore[attr-defined]


def test_dead_canaries_of_every_service_go_and_live_ones_stay() -> None:
    stage = SHAPES["fargate"]().stage()
    dead, gone = _canary(stage, "web", lease_s=60), _canary(stage, "gone", lease_s=60)
    _register(stage, dead)
    alive = _canary(stage, "other", lease_s=300)
    told = _sweep(stage)
    assert _ids(told.swept.removed) == {dead.arn, gone.arn}
    assert _ids(told.swept.alive) == {alive.arn}
    assert told.swept.left == ()
    assert (dead.last_status, gone.last_status, alive.last_status) == (
        "STOPPED", "STOPPED", "RUNNING",
    )  # fmt: skip
    (left,) = [e for e in told.events if isinstance(e, events.CanaryDeregistered)]
    assert dead.ipv4 in left.target
    assert any(
        isinstance(e, events.Noticed) and "gone was deleted" in e.message for e in told.events
    )
    assert len([t for t in stage.service.tasks if t.last_status == "RUNNING"]) == 3


def test_only_the_named_services_canaries_are_looked_for() -> None:
    stage = SHAPES["fargate"]().stage()
    mine, other = _canary(stage, "web", lease_s=60), _canary(stage, "other", lease_s=60)
    told = _sweep(stage, "web")
    assert _ids(told.swept.removed) == {mine.arn}
    assert other.last_status == "RUNNING"


def test_a_dry_run_shows_and_takes_nothing_away() -> None:
    stage = SHAPES["fargate"]().stage()
    dead = _canary(stage, "web", lease_s=60)
    _register(stage, dead)
    told = _sweep(stage, dry=True)
    assert _ids(told.swept.left) == {dead.arn}
    assert not {"StopTask", "DeregisterTargets"} & set(stage.api.calls)
    (found,) = [e for e in told.events if isinstance(e, events.CanaryFound)]
    assert (found.alive, found.service, found.started_by_rollout) == (False, "web", "of-web")
    assert len(found.targets) == 1
    assert dead.ipv4 in found.targets[0]


def test_a_lease_renewed_while_the_question_was_open_keeps_the_canary() -> None:
    stage = SHAPES["fargate"]().stage()
    task = _canary(stage, "web", lease_s=60)

    def renew() -> None:
        task.tags[identity.LEASE_TAG] = identity.lease(stamp(stage.world.now))

    stage.world.engine.after(60, renew)
    told = _sweep(stage, pause_s=90)
    assert _ids(told.swept.alive) == {task.arn}
    assert "StopTask" not in stage.api.calls


def test_a_canary_without_a_lease_is_judged_by_its_age() -> None:
    stage = SHAPES["fargate"]().stage()
    task = _canary(stage, "web")
    assert _ids(_sweep(stage).swept.alive) == {task.arn}
    stage.world.run_until(stage.world.now + 3 * 3600)
    assert _ids(_sweep(stage).swept.removed) == {task.arn}


def test_a_task_that_only_looks_a_little_like_a_canary_is_left_alone() -> None:
    stage = SHAPES["fargate"]().stage()
    task = _canary(stage, "web", lease_s=60, group="family:web")
    told = _sweep(stage)
    assert told.swept == sweep.Swept((), (), ())
    assert task.last_status == "RUNNING"


def test_one_that_cannot_be_stopped_is_told_and_does_not_keep_the_others() -> None:
    stage = SHAPES["fargate"]().stage()
    first, second = _canary(stage, "web", lease_s=60), _canary(stage, "other", lease_s=60)

    def refuse(name: str, params: dict[str, object]) -> None:
        if name == "StopTask" and params["task"] == first.arn:
            raise ApiError("AccessDeniedException", "not this one")

    stage.world.gates.append(refuse)
    told = _sweep(stage)
    assert _ids(told.swept.left) == {first.arn}
    assert _ids(told.swept.removed) == {second.arn}
    (failed,) = [e for e in told.events if isinstance(e, events.CleanUpFailed)]
    assert "aws ecs stop-task" in failed.left[-1]
