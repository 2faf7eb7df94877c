"""`cage status`: what it says of a service that is steady, one that moves, and its canaries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cage.canary import identity
from cage.errors import NotFoundError
from cage.operations.status import Status, look
from cage.report.status import lines, record
from cage.simulator import loop
from cage.simulator.operations.times import stamp
from cage.simulator.shapes import SHAPES

if TYPE_CHECKING:
    from cage.simulator.stage import Stage


def _look(stage: Stage, service: str = "web") -> Status:
    return loop.run(lambda: look(stage.gateway(), stage.cluster, service), at_s=stage.world.now)


def test_a_steady_service_is_shown_so() -> None:
    stage = SHAPES["fargate"]().stage()
    stage.world.run_until(stage.world.now + 600)
    status = _look(stage)
    first, deployment, group, *rest = lines(status)
    assert first == "web: ACTIVE, 3 of 3 tasks run, steady"
    assert "of web:1: completed, 3 of 3 tasks run" in deployment
    assert group == "  target group web: 3 healthy"
    assert any("steady state" in line for line in rest)
    assert {"UpdateService", "StopTask"}.isdisjoint(stage.api.calls)


def test_a_deployment_in_progress_and_canaries_alive_and_dead_are_shown() -> None:
    stage = SHAPES["fargate"]().stage()
    world = stage.world
    for rollout, lease_s in (("living", 3000.0), ("dead", 0.0)):
        until = stamp(world.now + lease_s).strftime("%Y-%m-%dT%H:%M:%SZ")
        world.tasks.start(
            stage.cluster,
            world.revision("web:1"),
            group=identity.group("web"),
            started_by=identity.started_by("web"),
            launch_type="FARGATE",
            tags={identity.ROLLOUT_TAG: rollout, identity.LEASE_TAG: until},
        )
    stage.call("update_service", cluster=stage.cluster, service="web", forceNewDeployment=True)
    world.run_until(world.now + 20)
    status = _look(stage)
    assert not status.steady
    text = "\n".join(lines(status))
    assert "in progress" in text
    assert "by rollout living" in text
    assert "alive, lease until" in text
    assert "DEAD, lease ran out" in text
    shown = json.loads(json.dumps(record(status)))
    assert {c["rollout_id"]: c["alive"] for c in shown["canaries"]} == {
        "living": True,
        "dead": False,
    }
    assert shown["steady"] is False


def test_a_target_group_that_is_gone_is_said_so() -> None:
    stage = SHAPES["fargate"]().stage()
    stage.world.groups.groups.clear()
    assert any(line.endswith("web: GONE") for line in lines(_look(stage)))


def test_a_service_that_is_not_there_is_an_error_with_a_next_step() -> None:
    stage = SHAPES["fargate"]().stage()
    with pytest.raises(NotFoundError) as caught:
        _look(stage, "wbe")
    assert "--service" in caught.value.next_step
