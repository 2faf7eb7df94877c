"""The campaign of kills: what its seeds draw, and what it judges."""

from __future__ import annotations

import itertools

from benchmarks.fast_clock import FastClock
from benchmarks.kills import AFTERWARDS, WAYS, Campaign, Strike
from cage.rehearsal.incidents.effects import leave_canary

_CALM = Strike(seed=0, way="SIGKILL", after_s=0.0, then="sweep", locked=False)


def test_five_hundred_seeds_meet_each_way_with_each_thing_that_follows() -> None:
    drawn = [Strike.drawn(seed) for seed in range(500)]
    met = {(strike.way, strike.then) for strike in drawn}
    assert met == set(itertools.product(WAYS, AFTERWARDS))
    assert drawn[7] == Strike.drawn(7)


def test_a_canary_that_is_left_and_a_service_that_is_not_steady_are_violations() -> None:
    campaign = Campaign(_CALM, scale=1.0)
    assert campaign.judged() == []
    left = leave_canary(campaign.stage)
    assert campaign.judged() == [f"canaries are left: {left.id}"]
    campaign.stage.world.tasks.stop(left, "UserInitiated", "")
    service = campaign.stage.service
    campaign.stage.world.tasks.stop(service.tasks[0], "UserInitiated", "")
    assert campaign.judged() == ["the service is not steady on one revision"]


def test_processes_that_share_a_clock_see_the_same_time_pass_as_much_faster() -> None:
    here = FastClock.starting(1000.0)
    there = FastClock(*(float(text) for text in here.arguments))
    before_s = here.seconds()
    there.sleep(5.0)
    assert here.seconds() - before_s >= 5.0
    assert there == here
