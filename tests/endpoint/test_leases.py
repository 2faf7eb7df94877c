"""Given a canary of another rollout at the endpoint, then its lease is by its clients' clock.

A rollout counts real seconds, however fast the world lives: so does the lease of its canary.
"""

from __future__ import annotations

import json
import signal
import subprocess
from datetime import datetime, timedelta
from typing import Any

from cage.canary import identity
from cage.rehearsal.incidents.effects import leave_canary
from cage.rehearsal.shapes import SHAPES
from cage.runtime.clock import wall
from ecs_simulator.endpoint import Endpoint
from tests.command_line import CAGE
from tests.endpoint.locally import WEB, exported, run, served

SCALE = 60
_WHERE = ("--cluster", "demo", "--service", "web")


def _the_canary(env: dict[str, str]) -> dict[str, Any]:
    """Look at the service, and return its only canary."""
    done = run(CAGE, "status", *_WHERE, "--json", env=env)
    assert done.returncode == 0, done.stderr
    (canary,) = json.loads(done.stdout)["canaries"]
    left_s = (datetime.fromisoformat(canary["lease_until"]) - wall()).total_seconds()
    assert left_s <= identity.LEASE_S
    found: dict[str, Any] = canary
    return found


def _begin(env: dict[str, str]) -> subprocess.Popen[str]:
    command = [str(CAGE), "rollout", str(WEB), "--json"]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)


def _sweep(env: dict[str, str], cluster: str = "demo") -> dict[str, Any]:
    done = run(CAGE, "sweep", "--cluster", cluster, "--yes", "--json", env=env)
    assert done.returncode == 0, done.stderr
    finished: dict[str, Any]
    finished, _ = (json.loads(line) for line in done.stdout.splitlines()[-2:])
    return finished


def test_a_live_rollout_is_respected_and_a_dead_one_swept_once_its_lease_is_over() -> None:
    with (
        served(str(WEB), "--incident", "live-rollout", scale=SCALE) as alive,
        served(str(WEB), "--incident", "dead-rollout", scale=SCALE) as dead,
    ):
        for env in (alive, dead):
            assert _the_canary(env)["alive"]
            swept = _sweep(env)
            assert (swept["alive"], swept["removed"], swept["left"]) == (1, 0, 0)
        refused, waiting = _begin(alive), _begin(dead)
        # The live one renews its lease after 30 of its own seconds, half an hour of the world's.
        last = refused.communicate(timeout=100)[0].splitlines()[-1]
        assert refused.returncode == 3
        assert "it renews its lease, now until" in last
        assert _the_canary(alive)["alive"]
        assert waiting.stdout is not None
        swept = next(e for e in map(json.loads, waiting.stdout) if e["event"] == "canary-swept")
        assert swept["left_by"] == "another-rollout"
        waiting.send_signal(signal.SIGINT)
        waiting.communicate(timeout=100)
        assert waiting.returncode == 130


def test_a_canary_whose_lease_is_over_is_swept_however_fast_the_world_lives() -> None:
    stage = SHAPES["fargate"]().stage()
    with Endpoint(stage.api, scale=SCALE) as endpoint:
        leave_canary(stage).tags[identity.LEASE_TAG] = identity.lease(
            wall() - timedelta(seconds=identity.LEASE_S + 1)
        )
        swept = _sweep(exported(endpoint.url), stage.cluster)
    assert (swept["found"], swept["removed"], swept["left"]) == (1, 1, 0)
