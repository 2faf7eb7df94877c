"""`cage status`: what it says of a service that is steady, one that moves, and its canaries."""

from __future__ import annotations

import dataclasses
import io
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from cage.canary import decision_tags
from cage.model import identity
from cage.model.errors import AwsError, AwsUnavailableError, NotFoundError
from cage.options.request import Request
from cage.rehearsal.incidents.effects import leave_canary
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import REGION
from cage.rollout.rollout import rollout
from cage.rollout.status import CanaryNow, Status, look, watch
from cage.runtime import clock
from cage.runtime.background import background
from cage.runtime.decisions import Word
from cage.runtime.interruption import Interruption
from cage.runtime.journal import Journal
from cage.wording.live import StatusView
from cage.wording.status import Looks, lines, record
from ecs_simulator import loop
from ecs_simulator.operations.times import stamp
from ecs_simulator.world.errors import NoAnswerError

if TYPE_CHECKING:
    from cage.rehearsal.stage import Stage


def _look(stage: Stage, service: str = "web") -> Status:
    return loop.run(lambda: look(stage.context().at(service)), at_s=stage.world.now)


def test_a_steady_service_is_shown_so() -> None:
    stage = SHAPES["fargate"]().stage()
    stage.world.run_until(stage.world.now + 600)
    status = _look(stage)
    first, deployment, group, *rest = lines(status)
    assert first == "web: ACTIVE, 3 of 3 tasks running, steady"
    assert "of web:1: completed, 3 of 3 tasks run" in deployment
    assert group == "  target group web: 3 healthy"
    assert any("steady state" in line for line in rest)
    assert {"UpdateService", "StopTask"}.isdisjoint(stage.api.calls)


def test_a_deployment_in_progress_and_canaries_alive_and_dead_are_shown() -> None:
    stage = SHAPES["fargate"]().stage()
    world = stage.world
    stage.call("register_task_definition", **stage.task_definition)
    for name, lease_s in (("living", 3000.0), ("dead", 0.0)):
        until = stamp(world.now + lease_s).strftime("%Y-%m-%dT%H:%M:%SZ")
        world.tasks.start(
            stage.cluster,
            world.revision("web:2"),
            group=identity.group("web"),
            started_by=identity.started_by("web"),
            launch_type="FARGATE",
            tags={identity.ROLLOUT_TAG: name, identity.LEASE_TAG: until},
        )
    stage.call("update_service", cluster=stage.cluster, service="web", forceNewDeployment=True)
    world.run_until(world.now + 20)
    status = _look(stage)
    assert not status.steady
    text = "\n".join(lines(status))
    assert "in progress" in text
    assert "rollout living is starting its canary; alive, lease until" in text
    assert "rollout dead is DEAD; its lease expired at" in text
    shown = json.loads(json.dumps(record(status)))
    assert {c["rollout_id"]: c["alive"] for c in shown["canaries"]} == {
        "living": True,
        "dead": False,
    }
    assert shown["steady"] is False


def test_a_target_group_that_is_gone_is_said_so() -> None:
    stage = SHAPES["fargate"]().stage()
    stage.world.groups.groups.clear()
    assert any(line.endswith("web: DELETED") for line in lines(_look(stage)))


def test_a_service_that_is_not_there_is_an_error_with_a_next_step() -> None:
    stage = SHAPES["fargate"]().stage()
    with pytest.raises(NotFoundError) as caught:
        _look(stage, "wbe")
    assert "--service" in caught.value.next_step


def _canary_of(*said: str, last_status: str = "RUNNING") -> CanaryNow:
    """Return what is seen of a rollout whose canary carries these tags."""
    stage = SHAPES["fargate"]().stage()
    tags = dict(zip(said[::2], said[1::2], strict=True))
    task = leave_canary(stage)
    task.tags |= tags
    task.last_status = last_status
    (canary,) = _look(stage).canaries
    return canary


_LATER = datetime(2030, 1, 7, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("canary", "said"),
    [
        (_canary_of(last_status="PENDING"), "another-rollout is starting its canary; alive, lease"),
        (_canary_of(), "another-rollout is checking its canary; alive, lease until"),
        (
            _canary_of(decision_tags.STEP_TAG, decision_tags.awaited(_LATER, "0" * 16)),
            "another-rollout is waiting for approval until 2030-01-07 10:00:00Z; alive",
        ),
        (_canary_of(decision_tags.STEP_TAG, "promote"), "another-rollout is updating the service;"),
        (_canary_of(decision_tags.STEP_TAG, "abort"), "another-rollout is removing its canary;"),
        (
            _canary_of(decision_tags.TAGS[Word.ABORT], decision_tags.value(_LATER, "bob")),
            "received abort from someone who says they are bob at 2030-01-07T10:00:00Z; alive",
        ),
    ],
)
def test_what_a_rollout_is_at_is_shown(canary: CanaryNow, said: str) -> None:
    status = dataclasses.replace(_look(SHAPES["fargate"]().stage()), canaries=(canary,))
    assert any(said in line for line in lines(status)), lines(status)
    assert not status.at_rest


def _watched(
    *, deploys: bool, before_s: float = 15.0
) -> tuple[Stage, list[Status | AwsUnavailableError], float]:
    """Watch a service, beside a rollout if wanted; return what was seen, and how long it took."""
    script = SHAPES["fargate"]()
    stage = script.stage()
    seen: list[Status | AwsUnavailableError] = []
    took_s: list[float] = []
    request = Request(REGION, stage.cluster, "web", task_definition=script.task_definition)

    async def watching() -> None:
        began = clock.monotonic()
        await clock.sleep(max(0.0, before_s) if deploys else 0.0)
        seen.extend([s async for s in watch(stage.context())])
        took_s.append(clock.monotonic() - began)

    async def both() -> None:
        async with background() as tasks:
            tasks.start_soon(watching)
            if deploys:
                await clock.sleep(max(0.0, -before_s))
                await rollout(stage.context(Journal("r1")), request)

    loop.run(both, at_s=stage.world.now)
    return stage, seen, took_s[0]


def test_a_watch_of_a_service_at_rest_waits_two_minutes_for_a_rollout() -> None:
    _, seen, took_s = _watched(deploys=False)
    assert all(isinstance(s, Status) and s.at_rest for s in seen)
    assert 120 <= took_s < 130


def test_a_watch_that_began_before_the_rollout_sees_all_of_it() -> None:
    _, seen, took_s = _watched(deploys=True, before_s=-60.0)
    statuses = [s for s in seen if isinstance(s, Status)]
    assert statuses[0].at_rest
    assert "prove" in {c.step.value for s in statuses for c in s.canaries}
    assert statuses[-1].at_rest
    assert took_s > 160


def test_a_watch_goes_on_until_the_rollout_has_ended_and_the_service_is_steady() -> None:
    _, seen, took_s = _watched(deploys=True)
    statuses = [s for s in seen if isinstance(s, Status)]
    assert statuses[-1].at_rest
    assert not any(s.at_rest for s in statuses[:-1])
    assert 100 < took_s < 1000
    assert statuses[-1].canaries == ()
    steps = [c.step.value for s in statuses for c in s.canaries]
    assert list(dict.fromkeys(steps)) == ["start", "check", "prove"]


def test_a_watch_survives_a_moment_without_an_answer() -> None:
    stage = SHAPES["fargate"]().stage()
    asked: list[str] = []

    def gate(operation: str, _params: dict[str, object]) -> None:
        asked.append(operation)
        if len(asked) < 40:
            raise NoAnswerError(done=False)

    stage.world.gates.append(gate)

    async def watching() -> list[Status | AwsUnavailableError]:
        return [s async for s in watch(stage.context())]

    seen = loop.run(watching, at_s=stage.world.now)
    assert isinstance(seen[0], AwsUnavailableError)
    assert isinstance(seen[-1], Status)


def test_a_watch_ends_with_an_error_that_waiting_does_not_heal() -> None:
    stage = SHAPES["fargate"]().stage()

    async def watching() -> None:
        async for _ in watch(stage.context().at("wbe")):
            pass

    with pytest.raises(AwsError):
        loop.run(watching, at_s=stage.world.now)


def test_a_signal_ends_a_watch() -> None:
    stage = SHAPES["fargate"]().stage()
    leave_canary(stage)
    interruption = Interruption()
    seen: list[object] = []

    async def watching() -> None:
        with interruption.work():
            async for status in watch(stage.context()):
                seen.append(status)
                if len(seen) == 3:
                    interruption("SIGINT")

    loop.run(watching, at_s=stage.world.now)
    assert len(seen) == 3


def test_without_a_terminal_each_change_is_a_dated_block_and_a_lease_is_none() -> None:
    status = _look(_left(SHAPES["fargate"]().stage()))
    (canary,) = status.canaries
    assert canary.lease_until is not None
    later = canary.lease_until + timedelta(seconds=30)
    renewed = dataclasses.replace(
        status, canaries=(dataclasses.replace(canary, lease_until=later),)
    )
    gone = dataclasses.replace(status, canaries=())
    out, errors = io.StringIO(), io.StringIO()
    looks = Looks(out, errors, dated=True)
    for seen in (status, renewed, AwsUnavailableError("AWS is silent."), gone):
        looks(seen)
    stamp = f"{status.at:%Y-%m-%dT%H:%M:%SZ}"
    blocks = out.getvalue().split(f"{stamp}\n")[1:]
    assert [tuple(block.splitlines()) for block in blocks] == [lines(status), lines(gone)]
    assert errors.getvalue() == "AWS is silent.\n"


def test_as_json_each_change_is_one_object() -> None:
    status = _look(SHAPES["fargate"]().stage())
    out = io.StringIO()
    looks = Looks(out, io.StringIO(), as_json=True)
    looks(status)
    looks(status)
    (line,) = out.getvalue().splitlines()
    assert json.loads(line) == record(status)


def test_on_a_terminal_a_look_takes_the_place_of_the_one_before() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=60, color_system=None)
    status = _look(_left(SHAPES["fargate"]().stage()))
    seen: list[str] = []
    with StatusView(console) as view:
        for look in (status, AwsUnavailableError("AWS is silent."), _alone(status)):
            view(look)
            seen.append(out.getvalue()[len("".join(seen)) :])
    seen.append(out.getvalue()[len("".join(seen)) :])
    assert "another-rollout" in seen[0]
    assert "press Ctrl-C to stop" in seen[0]
    assert "another-rollout" in seen[1]
    assert "AWS is silent." in seen[1]
    assert "another-rollout" not in seen[2]
    last = seen[3].rpartition("\x1b[2K")[2].splitlines()
    assert last[0].strip() == lines(status)[0]
    assert len(last) == len(lines(_alone(status)))
    assert any(line.endswith("…") for line in last)


def _alone(status: Status) -> Status:
    return dataclasses.replace(status, canaries=())


def _left(stage: Stage) -> Stage:
    leave_canary(stage)
    return stage
