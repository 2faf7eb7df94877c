"""A canary that dies right after its start is found out, though what ECS tells is seconds old."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from cage.model.events import CheckPassed, Diagnosed, Event, Step, StepStarted
from cage.model.outcome import Aborted, Promoted
from cage.options.timeouts import Timeouts
from cage.rehearsal.incidents.triggers import is_next
from ecs_simulator.operations import reads
from tests.stories import tell

if TYPE_CHECKING:
    from cage.rehearsal.stage import Stage
    from ecs_simulator.world.task_entities import SimTask


def _exits(stage: Stage, *, after_s: float) -> None:
    """Let the tasks of the next revision exit so long after they run."""

    def behave(task: SimTask) -> None:
        if is_next(task):
            task.plan.exits.append(("", after_s, 1, ""))

    stage.world.tasks.behaviors.append(behave)


def stale(stage: Stage) -> None:
    reads.lag(stage.world, chance=0.7, most_s=6)


@pytest.mark.parametrize("incident", ["essential-exit", "exit-zero", "segmentation-fault"])
@pytest.mark.parametrize("seed", [196, 241, 7])
def test_a_task_that_is_dead_already_is_not_promoted_on_reads_that_lag(
    incident: str, seed: int
) -> None:
    told = tell("fargate", incident, seed=seed, prepare=stale)
    assert isinstance(told.outcome, Aborted)
    assert "UpdateService" not in told.act.done


@pytest.mark.parametrize(
    "shape", ["fargate", "ec2-bridge", "fargate-no-balancer", "fargate-blue-green"]
)
def test_what_exits_within_half_a_minute_is_never_promoted(shape: str) -> None:
    for exits_s in (1.0, 12.0, 24.0, 29.5):
        told = tell(shape, seed=int(exits_s), prepare=partial(_exits, after_s=exits_s))
        assert isinstance(told.outcome, Aborted)
        assert "exited with 1" in told.outcome.message
        assert "UpdateService" not in told.act.done


def test_half_a_minute_counts_from_when_the_task_ran_and_other_checks_take_part_of_it() -> None:
    told = tell("fargate-checked", seed=3)
    assert isinstance(told.outcome, Promoted)
    trace = told.act.stage.world.engine.trace
    tasks = told.act.stage.world.tasks.all.values()
    (canary,) = [t for t in tasks if t.group.startswith("cage:")]
    ran_s = canary.entered["RUNNING"]
    updated_s = next(h.at_s for h in trace if h.at_s > ran_s and h.what == "deployment IN_PROGRESS")
    assert 30 < updated_s - ran_s < 36
    up = next(e for e in told.all(CheckPassed) if e.check == "uptime")
    assert up.took_s < 25
    assert "still up" in up.message


def test_a_bake_observes_the_canary_as_well() -> None:
    told = tell("fargate", timeouts=Timeouts(bake_s=40))
    assert isinstance(told.outcome, Promoted)
    assert "uptime" not in {e.check for e in told.all(CheckPassed)}


def test_a_canary_that_dies_while_the_rollout_looks_a_last_time_is_not_promoted() -> None:
    def prepare(stage: Stage) -> None:
        def heard(event: Event) -> None:
            if isinstance(event, StepStarted) and event.step is Step.PROMOTE:
                (canary,) = [
                    t for t in stage.world.tasks.all.values() if t.group.startswith("cage:")
                ]
                stage.world.tasks.exit_container(canary, "web", 1)

        stage.listeners.append(heard)

    told = tell("fargate", prepare=prepare)
    assert isinstance(told.outcome, Aborted)
    assert told.outcome.step is Step.PROMOTE
    assert "exited with 1" in told.outcome.message
    assert len(told.all(Diagnosed)) == 1


def test_without_a_load_balancer_the_idle_duration_asks_the_same() -> None:
    told = tell("fargate-no-balancer")
    assert "uptime" not in {e.check for e in told.all(CheckPassed)}
    assert "idle" in {e.check for e in told.all(CheckPassed)}
