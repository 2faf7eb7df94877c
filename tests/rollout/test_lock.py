"""A rollout with --lock: who gets the lock, who gives way, and what a lost lock ends."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from cage.locking.claims import LEASE_S, Claim, State, latest_state
from cage.locking.lock import Lock, name_of
from cage.model import events
from cage.model.account import ParameterVersion
from cage.model.errors import BusyError
from cage.model.outcome import Aborted, Interrupted, Promoted
from cage.options.request import Request
from cage.options.timeouts import Timeouts
from cage.rehearsal.incidents.effects import deploy_by_hand
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import REGION
from cage.rollout.rollback import rollback
from cage.runtime.background import background
from cage.runtime.interruption import Interruption
from cage.runtime.journal import Journal
from ecs_simulator import loop
from ecs_simulator.operations.times import stamp
from ecs_simulator.world.errors import ApiError
from tests.stories import Story, tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from cage.rehearsal.stage import Stage

NAME = name_of("main", "web")


def _holder(stage: Stage) -> str | None:
    kept = stage.world.parameters.all[NAME]
    state = latest_state(ParameterVersion(v.number, v.value, stamp(v.at_s)) for v in kept)
    assert state is not None
    return state.holder.rollout if state.holder else None


def _held_by(rollout: str, *, for_s: float) -> Callable[[Stage], None]:
    """Somebody else holds the lock, and renews it for so long."""

    def prepare(stage: Stage) -> None:
        world, claim = stage.world, Claim(rollout, "bo@ci", State())
        ends_s = world.now + for_s

        def write() -> None:
            world.parameters.put(NAME, claim.text(), overwrite=True)
            if world.now < ends_s:
                world.engine.after(30, write)

        write()

    return prepare


def _refused(
    operation: str, code: str, *, after: str = "", status: int = 400
) -> Callable[[Stage], None]:
    def prepare(stage: Stage) -> None:
        made = len(stage.api.calls)

        def gate(called: str, _params: dict[str, Any]) -> None:
            if called == operation and (not after or after in stage.api.calls[made:]):
                raise ApiError(code, "User bo is not authorized.", status)

        stage.world.gates.append(gate)

    return prepare


def _locked(prepare: Callable[[Stage], None] | None = None, **differences: Any) -> Story:
    return tell(prepare=prepare, lock_as="rehearsal", **differences)


def test_a_rollout_holds_the_lock_and_gives_it_back() -> None:
    story = _locked()
    assert isinstance(story.outcome, Promoted)
    (taken,), (released,) = story.all(events.LockTaken), story.all(events.LockReleased)
    (ready,) = story.all(events.RevisionReady)
    assert taken.name == released.name == "/cage/lock/main/web"
    assert taken.at < ready.at < released.at
    assert _holder(story.act.stage) is None


def test_without_the_flag_parameter_store_is_not_asked() -> None:
    assert "PutParameter" not in tell().act.calls


def test_a_live_holder_refuses_it_by_name_before_anything_is_registered() -> None:
    story = _locked(_held_by("another-one", for_s=2000))
    assert isinstance(story.outcome, Aborted)
    assert "another-one (bo@ci)" in story.outcome.message
    assert "until 09:" in story.outcome.message
    assert "RegisterTaskDefinition" not in story.act.calls
    assert story.all(events.LockReleased) == []


def test_a_dead_holder_is_outwaited_by_the_clock_of_parameter_store() -> None:
    story = _locked(_held_by("dead-one", for_s=0))
    assert isinstance(story.outcome, Promoted)
    (taken,) = story.all(events.LockTaken)
    assert (taken.at - story.events[0].at).total_seconds() >= LEASE_S - 1


@pytest.mark.parametrize("operation", ["PutParameter", "GetParameterHistory"])
def test_without_the_permission_it_is_refused_before_anything_is_registered(
    operation: str,
) -> None:
    story = _locked(_refused(operation, "AccessDeniedException"))
    assert isinstance(story.outcome, Aborted)
    assert operation in story.outcome.message
    assert "RegisterTaskDefinition" not in story.act.calls
    assert "RunTask" not in story.act.calls


def test_a_parameter_store_that_does_not_answer_refuses_it_too() -> None:
    story = _locked(_refused("PutParameter", "InternalServerError", status=500))
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.inconclusive
    assert "RegisterTaskDefinition" not in story.act.calls


def test_a_lock_that_is_lost_during_the_checks_ends_the_rollout_at_once() -> None:
    def prepare(stage: Stage) -> None:
        world, began_s = stage.world, stage.world.now

        def gate(called: str, _params: dict[str, Any]) -> None:
            if called == "PutParameter" and 10 < world.now - began_s < LEASE_S + 60:
                raise ApiError("AccessDeniedException", "Not now.", 400)

        def steal() -> None:
            world.parameters.put(NAME, Claim("thief", "bo@ci", State()).text(), overwrite=True)

        world.gates.append(gate)
        world.engine.after(LEASE_S + 30, steal)

    story = _locked(prepare, timeouts=Timeouts(bake_s=600))
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.reason == "LockLost"
    assert "thief (bo@ci)" in story.outcome.message
    assert "UpdateService" not in story.act.calls
    assert story.act.took_s < 400
    assert _holder(story.act.stage) == "thief"


def test_a_lock_that_cannot_be_renewed_leaves_the_service_unchanged() -> None:
    story = _locked(
        _refused("PutParameter", "AccessDeniedException", after="RunTask"),
        timeouts=Timeouts(bake_s=120),
    )
    assert isinstance(story.outcome, Aborted)
    assert "might have lost the lock" in story.outcome.message
    assert "UpdateService" not in story.act.calls


def test_a_failed_renewal_right_before_the_update_is_no_matter_while_the_lease_lasts() -> None:
    refused = _refused("PutParameter", "AccessDeniedException", after="RegisterTargets")
    story = _locked(refused, timeouts=Timeouts(idle_s=5))
    assert isinstance(story.outcome, Promoted)


def _lost_while(operation: str, after: str) -> tuple[Callable[[Stage], None], list[Stage]]:
    """Throttle a client for 97 s from one call on; another rollout takes the lock."""
    lost: list[Stage] = []

    def prepare(stage: Stage) -> None:
        world, made, until = stage.world, len(stage.api.calls), 0.0

        def take() -> None:
            claim = Claim("thief", "bo@ci", State())
            world.parameters.put(NAME, claim.text(), overwrite=True)

        def gate(called: str, _params: dict[str, Any]) -> None:
            nonlocal until
            if not until and called == operation and after in stage.api.calls[made:]:
                until = world.now + 97
                world.engine.after(91, take)
                lost.append(stage)
            if world.now < until:
                raise ApiError("ThrottlingException", "Rate exceeded", 400)

        world.gates.append(gate)

    return prepare, lost


@pytest.mark.parametrize("operation", ["DescribeServices", "UpdateService"])
def test_a_lock_that_is_lost_between_two_attempts_sends_no_update(operation: str) -> None:
    prepare, lost = _lost_while(operation, "RegisterTargets")
    story = _locked(prepare)
    assert lost
    assert isinstance(story.outcome, Aborted)
    assert "lost" in story.outcome.message
    assert _holder(story.act.stage) == "thief"
    assert "UpdateService" not in story.act.done
    assert story.act.stage.service.primary.revision.number == 1


def test_a_rollback_that_loses_the_lock_between_two_attempts_sends_no_update() -> None:
    stage = SHAPES["fargate"]().stage()
    deploy_by_hand(stage)
    stage.world.run_until(stage.world.now + 900)
    prepare, lost = _lost_while("UpdateService", "PutParameter")
    prepare(stage)
    request = Request(REGION, "main", "web", revision="web:1", lock_as="ana@laptop")
    result = loop.run(
        lambda: rollback(stage.context(Journal("mine")), request), at_s=stage.world.now
    )
    assert lost
    assert isinstance(result.outcome, Aborted)
    assert "lost" in result.outcome.message
    assert "UpdateService" not in stage.api.done


def test_each_outage_of_the_lock_is_noticed() -> None:
    written = itertools.count()

    def prepare(stage: Stage) -> None:
        def gate(name: str, _params: dict[str, Any]) -> None:
            if name == "PutParameter" and next(written) in {2, 4}:
                raise ApiError("AccessDeniedException", "no")

        stage.world.gates.append(gate)

    story = _locked(prepare, timeouts=Timeouts(bake_s=1800, stable_s=900))
    assert isinstance(story.outcome, Promoted)
    said = [e.message for e in story.all(events.Noticed)]
    assert sum("the lock is not renewed" in message for message in said) == 2


def test_after_the_update_a_lost_lock_ends_nothing() -> None:
    story = _locked(_refused("PutParameter", "AccessDeniedException", after="UpdateService"))
    assert isinstance(story.outcome, Promoted)
    said = [e.message for e in story.all(events.Noticed)]
    assert sum("the lock is not renewed" in message for message in said) == 1
    assert any("the lock is not released" in message for message in said)


def test_a_signal_gives_the_lock_back() -> None:
    interruption = Interruption()

    def sink(event: events.Event) -> None:
        if isinstance(event, events.CheckPassed) and event.check == "running":
            interruption("SIGINT")

    story = tell(interruption=interruption, sink=sink, lock_as="rehearsal")
    assert isinstance(story.outcome, Interrupted)
    assert _holder(story.act.stage) is None


def test_a_rollout_that_renews_more_often_than_versions_are_kept_keeps_the_lock() -> None:
    story = _locked(timeouts=Timeouts(bake_s=3600, stable_s=900))
    assert isinstance(story.outcome, Promoted)
    kept = story.act.stage.world.parameters.all[NAME]
    assert len(kept) == 100
    assert kept[0].number > 1
    assert _holder(story.act.stage) is None


def test_a_rollback_takes_the_lock_too() -> None:
    stage = SHAPES["fargate"]().stage()
    _held_by("a-rollout", for_s=2000)(stage)
    request = Request(REGION, "main", "web", lock_as="ana@laptop")
    result = loop.run(
        lambda: rollback(stage.context(Journal("mine")), request), at_s=stage.world.now
    )
    assert isinstance(result.outcome, Aborted)
    assert "a-rollout" in result.outcome.message
    assert "UpdateService" not in stage.api.calls


def _contenders(seed: int, names: str, *, wrong_by_s: float = 0.0) -> dict[str, float]:
    """Let several take a lock that a dead rollout left; return who got it, after how long."""
    stage = SHAPES["fargate"]().but(seed=seed).stage()
    _held_by("dead", for_s=0)(stage)
    began_s, got = stage.world.now, {}

    async def one(name: str) -> None:
        gateway = stage.gateway()
        assert gateway.parameters is not None
        lock = Lock(gateway.parameters, NAME, name, "us", Journal(name))
        try:
            await lock.take()
        except BusyError:
            return
        got[name] = stage.world.now - began_s
        assert _holder(stage) == name
        with anyio.move_on_after(120):
            await lock.keep()

    async def all_of_them() -> None:
        asyncio.get_running_loop().wall_epoch += wrong_by_s  # type: ignore[attr-defined]
        async with background() as tasks:
            for name in names:
                tasks.start_soon(one, name)

    loop.run(all_of_them, at_s=began_s)
    return got


@pytest.mark.parametrize("seed", range(10))
def test_of_several_that_take_over_an_ended_lease_exactly_one_gets_it(seed: int) -> None:
    assert len(_contenders(seed, "abcd")) == 1


@pytest.mark.parametrize("wrong_by_s", [-250.0, -30.0, 30.0, 250.0])
def test_a_wrong_clock_takes_no_lock_whose_lease_lasts(wrong_by_s: float) -> None:
    (after_s,) = _contenders(0, "ab", wrong_by_s=wrong_by_s).values()
    assert LEASE_S <= after_s <= LEASE_S + 15
