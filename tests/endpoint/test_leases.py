"""Given a canary of another rollout at the endpoint, then its lease is by its clients' clock.

A rollout counts real seconds, however fast the world lives: so does the lease of its canary.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from cage.model import identity
from cage.rehearsal.incidents.effects import leave_canary
from tests.endpoint.locally import WEB
from tests.endpoint.shared_time import account

if TYPE_CHECKING:
    from tests.endpoint.shared_time import Account

SCALE = 60
_WHERE = ("--cluster", "demo", "--service", "web")


def _the_canary(simulated: Account) -> dict[str, Any]:
    """Look at the service, and return its only canary."""
    done = simulated.cage("status", *_WHERE, "--json")
    assert done.returncode == 0, done.stderr
    (canary,) = json.loads(done.stdout)["canaries"]
    left_s = (datetime.fromisoformat(canary["lease_until"]) - simulated.time.wall()).total_seconds()
    assert left_s <= identity.LEASE_S
    found: dict[str, Any] = canary
    return found


def _sweep(simulated: Account) -> dict[str, Any]:
    done = simulated.cage("sweep", "--cluster", "demo", "--yes", "--json")
    assert done.returncode == 0, done.stderr
    finished: dict[str, Any]
    finished, _ = (json.loads(line) for line in done.stdout.splitlines()[-2:])
    return finished


def test_a_live_rollout_is_respected() -> None:
    with account("live-rollout", scale=SCALE) as simulated:
        assert _the_canary(simulated)["alive"]
        swept = _sweep(simulated)
        assert (swept["alive"], swept["removed"], swept["left"]) == (1, 0, 0)
        # It renews its lease after 30 of its own seconds, half an hour of the world's.
        refused = simulated.cage("rollout", str(WEB), "--json")
        assert refused.returncode == 3
        assert "it is renewing its lease, now until" in refused.stdout.splitlines()[-1]
        assert _the_canary(simulated)["alive"]


def test_a_dead_rollout_is_swept_once_its_lease_is_over() -> None:
    with account("dead-rollout", scale=SCALE) as simulated:
        assert _the_canary(simulated)["alive"]
        assert _sweep(simulated)["removed"] == 0
        rolled_out = simulated.cage("rollout", str(WEB), "--json")
        events = [json.loads(line) for line in rolled_out.stdout.splitlines()]
        (swept,) = [event for event in events if event["event"] == "canary-swept"]
        assert swept["left_by"] == "another-rollout"
        assert rolled_out.returncode == 0
        left_s = (datetime.fromisoformat(swept["at"]) - simulated.time.began).total_seconds()
        assert left_s > identity.LEASE_S


def test_a_canary_whose_lease_is_over_is_swept_however_fast_the_world_lives() -> None:
    with account(scale=SCALE) as simulated:
        leave_canary(simulated.stage).tags[identity.LEASE_TAG] = identity.lease(
            simulated.time.wall() - timedelta(seconds=identity.LEASE_S + 1)
        )
        swept = _sweep(simulated)
    assert (swept["found"], swept["removed"], swept["left"]) == (1, 1, 0)
