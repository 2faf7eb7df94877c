"""A program of the user's calls the canary good, or doesn't."""

from __future__ import annotations

import pytest

from cage.checks.requested.command import CommandSettings
from cage.checks.requests import Requested
from cage.model import events
from cage.model.outcome import Aborted, Interrupted, Promoted
from cage.ports.outside import Ended, Exited, NotStarted, ProgramResult
from cage.rehearsal.incidents.triggers import is_next
from cage.rehearsal.stage import Stage
from cage.runtime.interruption import Interruption
from ecs_simulator.world.task_entities import SimTask
from tests.stories import tell

SMOKE = Requested(commands=(CommandSettings(("./smoke.sh", "--fast"), timeout_s=600),))


def test_the_program_is_told_of_the_canary_and_runs_once_before_it_is_registered() -> None:
    story = tell("fargate", checks=SMOKE)
    assert isinstance(story.outcome, Promoted)
    (ran,) = story.act.stage.programs.ran
    assert ran.argv == ("./smoke.sh", "--fast")
    told = dict(ran.variables)
    (started,) = story.all(events.CanaryStarted)
    registered = story.all(events.CanaryRegistered)[0]
    assert f"{told.pop('CAGE_CANARY_IP')}:{told['CAGE_CANARY_PORT']}" == registered.target
    assert told.pop("CAGE_CANARY_TASK_ARN") == started.task_arn
    assert told.pop("CAGE_CANARY_TASK_ID") in started.task_arn
    assert told.pop("CAGE_REVISION_ARN").endswith("task-definition/web:2")
    assert told == {
        "CAGE_CANARY_PORT": "8080",
        "CAGE_CANARY_PORTS": "8080:8080,9090:9090",
        "CAGE_CLUSTER": "main",
        "CAGE_REGION": "us-east-1",
        "CAGE_SERVICE": "web",
    }


def test_on_an_instance_the_program_is_told_the_host_port() -> None:
    story = tell("ec2-bridge", checks=SMOKE)
    (ran,) = story.act.stage.programs.ran
    (registered,) = story.all(events.CanaryRegistered)
    assert registered.target.endswith(f":{ran.variables['CAGE_CANARY_PORT']}")
    assert ran.variables["CAGE_CANARY_IP"] == ""


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (Exited(3, ("starting", "no route to db")), "exited with 3: no route to db"),
        (Exited(-11, ()), "exited with -11"),
        (Ended(("still at it",)), "didn't exit within 600 s: still at it"),
        (NotStarted("No such file or directory"), "can't be started: No such file"),
    ],
)
def test_a_program_that_does_not_call_it_good_aborts(result: ProgramResult, said: str) -> None:
    story = tell("fargate", checks=SMOKE, prepare=lambda s: setattr(s.programs, "result", result))
    assert isinstance(story.outcome, Aborted)
    assert said in story.outcome.message
    assert "RegisterTargets" not in story.act.calls
    kept = [event.output for event in story.all(events.ProgramEnded)]
    assert kept == ([] if isinstance(result, NotStarted) else [result.output])


def test_a_canary_that_stops_ends_the_program() -> None:
    def prepare(stage: Stage) -> None:
        stage.programs.takes_s = 500.0

        def behave(task: SimTask) -> None:
            if is_next(task) and task.group.startswith("cage:"):
                task.plan.exits.append(("", 60, 1, ""))

        stage.world.tasks.behaviors.append(behave)

    story = tell("fargate", checks=SMOKE, prepare=prepare)
    assert isinstance(story.outcome, Aborted)
    assert "exited with 1" in story.outcome.message
    assert story.act.stage.programs.canceled == 1
    assert story.act.took_s < 300


def test_a_signal_ends_the_program_and_cleans_up() -> None:
    interruption = Interruption()

    def sink(event: events.Event) -> None:
        if isinstance(event, events.WaitStarted) and "smoke.sh" in event.what:
            interruption("SIGINT")

    story = tell("fargate", checks=SMOKE, interruption=interruption, sink=sink)
    assert isinstance(story.outcome, Interrupted)
    assert not story.outcome.service_changed


def test_a_long_program_does_not_make_the_canary_look_dead() -> None:
    tagged: list[float] = []

    def prepare(stage: Stage) -> None:
        stage.programs.takes_s = 550.0

        def gate(operation: str, _params: dict[str, object]) -> None:
            if operation == "TagResource":
                tagged.append(stage.world.now)

        stage.world.gates.append(gate)

    story = tell("fargate", checks=SMOKE, prepare=prepare)
    assert isinstance(story.outcome, Promoted)
    assert len(tagged) >= 2
