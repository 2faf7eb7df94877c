"""Two rollouts of one service at once: never both promote together, never both give way."""

from __future__ import annotations

import pytest

from cage.model import events, identity
from cage.model.events import Event
from cage.model.outcome import Aborted, Promoted
from cage.model.result import Result
from cage.options.request import Request
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import REGION, Stage
from cage.rollout.rollout import rollout
from cage.runtime import clock
from cage.runtime.background import background
from cage.runtime.journal import Journal
from ecs_simulator import loop


def _two(
    seed: int,
    *,
    apart_s: float,
    wait_s: float | None,
    shape: str = "fargate",
    locked: bool = False,
) -> tuple[Stage, dict[str, Result], list[Event]]:
    script = SHAPES[shape]().but(seed=seed)
    stage = script.stage()
    results: dict[str, Result] = {}
    told: list[Event] = []
    request = Request(
        REGION,
        stage.cluster,
        "web",
        task_definition=script.task_definition,
        canary_instance=script.request.canary_instance,
        wait_for_turn_s=wait_s,
        lock_as="us" if locked else None,
    )

    async def one(name: str, after_s: float) -> None:
        await clock.sleep(after_s)
        results[name] = await rollout(stage.context(Journal(name, (told.append,))), request)

    async def both() -> None:
        async with background() as tasks:
            tasks.start_soon(one, "first", 0.0)
            tasks.start_soon(one, "second", apart_s)

    loop.run(both, at_s=stage.world.now)
    return stage, results, told


@pytest.mark.parametrize("seed", range(8))
def test_of_two_that_start_at_once_exactly_one_promotes(seed: int) -> None:
    stage, results, _ = _two(seed, apart_s=seed * 0.05, wait_s=None)
    outcomes = [r.outcome for r in results.values()]
    assert sum(isinstance(o, Promoted) for o in outcomes) == 1
    assert sum(isinstance(o, Aborted) for o in outcomes) == 1
    assert stage.api.calls.count("UpdateService") == 1
    assert all(r.left_behind == () for r in results.values())


_SHAPES = ("ec2-bridge", "fargate-no-balancer", "fargate-blue-green", "fargate-spot")
_APART_S = (0.0, 0.3, 1.0, 3.0, 10.0)


@pytest.mark.parametrize("locked", [False, True], ids=["free", "locked"])
@pytest.mark.parametrize("apart_s", _APART_S)
@pytest.mark.parametrize("shape", _SHAPES)
def test_of_two_on_any_shape_one_promotes_at_a_time_and_whoever_gives_way_leaves_nothing(
    shape: str, apart_s: float, *, locked: bool
) -> None:
    for seed in range(2):
        stage, results, told = _two(seed, apart_s=apart_s, wait_s=None, shape=shape, locked=locked)
        _require_one_at_a_time(stage, results, told)


@pytest.mark.parametrize("locked", [False, True], ids=["free", "locked"])
@pytest.mark.parametrize("apart_s", _APART_S)
@pytest.mark.parametrize("shape", ["fargate-no-balancer", "ec2-provider"])
def test_of_two_that_wait_for_their_turn_both_promote_one_after_the_other(
    shape: str, apart_s: float, *, locked: bool
) -> None:
    stage, results, told = _two(1, apart_s=apart_s, wait_s=3000, shape=shape, locked=locked)
    _require_one_at_a_time(stage, results, told)
    assert all(isinstance(r.outcome, Promoted) for r in results.values())
    assert stage.api.done.count("RegisterTaskDefinition") == 3  # the service's own, and two


def _require_one_at_a_time(stage: Stage, results: dict[str, Result], told: list[Event]) -> None:
    """One promotes at least, none while another does, and whoever gives way leaves nothing."""
    outcomes = [r.outcome for r in results.values()]
    promoted = sum(isinstance(o, Promoted) for o in outcomes)
    assert promoted >= 1, results
    assert all(isinstance(o, Promoted | Aborted) for o in outcomes), results
    assert stage.api.done.count("UpdateService") == promoted
    updates = [e for e in told if isinstance(e, events.ServiceUpdated | events.DeploymentProven)]
    kinds = [type(e) for e in updates]
    assert kinds == [events.ServiceUpdated, events.DeploymentProven] * promoted
    assert all(r.left_behind == () for r in results.values())
    assert not _canaries_left(stage)


def _canaries_left(stage: Stage) -> list[str]:
    tasks = stage.world.tasks.all.values()
    return [t.id for t in tasks if t.group == identity.group("web") and not t.stopping]


def test_the_second_waits_for_its_turn_and_then_promotes() -> None:
    stage, results, told = _two(0, apart_s=20, wait_s=3000)
    assert all(isinstance(r.outcome, Promoted) for r in results.values())
    waits = [e for e in told if isinstance(e, events.WaitStarted) and e.what == "our turn"]
    assert [w.rollout_id for w in waits] == ["second"]
    said = [e.message for e in told if isinstance(e, events.WaitProgressed)]
    assert any("first" in message for message in said)
    proven = [e for e in told if isinstance(e, events.DeploymentProven)]
    updated = [e for e in told if isinstance(e, events.ServiceUpdated)]
    assert proven[0].at <= updated[1].at
    assert stage.api.calls.count("UpdateService") == 2


def test_it_waits_no_longer_than_told() -> None:
    _, results, _ = _two(0, apart_s=20, wait_s=10)
    assert isinstance(results["first"].outcome, Promoted)
    refused = results["second"].outcome
    assert isinstance(refused, Aborted)
    assert "first" in refused.message
