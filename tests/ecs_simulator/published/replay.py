"""Replays traces over many seeds, and compares each interval."""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import TYPE_CHECKING

from tests.ecs_simulator.published.milestones import milestones
from tests.ecs_simulator.published.plays import PLAYS
from tests.ecs_simulator.published.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.ecs_simulator.published.data import Seen, Situation, Trace
    from tests.ecs_simulator.published.milestones import Milestone

SEEDS = 200
_LEAST, _MOST = 0.01, 0.99
_AT_ONCE_S = 0.2
"""What ECS writes within one look at a service is some milliseconds apart; here it is at once."""


@dataclasses.dataclass(frozen=True, slots=True)
class Interval:
    """An interval of a trace, beside the simulator's. Times in seconds.

    Attributes:
        least: The simulator's 1st percentile; infinite if the milestone isn't reached.
        most: Its 99th percentile.
    """

    trace: Trace
    before: Seen
    after: Seen
    least: float
    median: float
    most: float

    @property
    def seen(self) -> float:
        """How long it took on AWS."""
        return self.after.at - self.before.at

    @property
    def contained(self) -> bool:
        """Whether the simulator's percentiles contain what was seen, as exactly as it was."""
        slack_s = self.trace.precision_s + _AT_ONCE_S
        return self.least - slack_s <= self.seen <= self.most + slack_s

    def __str__(self) -> str:
        words = f"{self.before.what} → {self.after.what}"
        ours = f"{self.least:9.2f} {self.median:9.2f} {self.most:9.2f}"
        return f"{self.trace.name:24} {words:36} {self.seen:9.2f} {ours}"


def intervals(trace: Trace) -> list[Interval]:
    """Replay a trace, and return its intervals."""
    replays = replay(trace.situation)
    columns = [[_reached(trace, n, run) for run in replays] for n in range(len(trace.seen))]
    found = []
    for n in range(1, len(trace.seen)):
        took = sorted(
            b - a if math.isfinite(a) else math.inf
            for a, b in zip(columns[n - 1], columns[n], strict=True)
        )
        percentiles = (_percentile(took, share) for share in (_LEAST, 0.5, _MOST))
        found.append(Interval(trace, trace.seen[n - 1], trace.seen[n], *percentiles))
    return found


def together(seen: Seen, situation: Situation) -> bool:
    """Whether a seed writes one event of as many tasks or targets as was seen."""
    events = (milestone for run in replay(situation) for milestone in run)
    return any(event.what == seen.what and event.number >= seen.count for event in events)


@functools.cache
def replay(situation: Situation) -> list[list[Milestone]]:
    """Play a situation with each seed, and return the milestones of each."""
    return [play(situation, seed) for seed in range(SEEDS)]


def play(situation: Situation, seed: int) -> list[Milestone]:
    """Play a situation once, and return its milestones."""
    scene = Scene(situation, seed)
    began_s = PLAYS[situation.play](scene)
    scene.world.run_until(max(scene.world.now, began_s + situation.lasts_s))
    return milestones(scene.world.engine.trace, began_s)


def _reached(trace: Trace, position: int, run: Sequence[Milestone]) -> float:
    """Return when a run reached the milestone: as many tasks or targets as in the trace."""
    what = trace.seen[position].what
    missing = sum(entry.count for entry in trace.seen[: position + 1] if entry.what == what)
    missing += trace.cut.get(what, 0)
    for milestone in run:
        if milestone.what == what:
            missing -= milestone.number
            if missing <= 0:
                return milestone.at_s
    return math.inf


def _percentile(values: Sequence[float], share: float) -> float:
    """Return a percentile by rank, so that one seed of 200 alone decides nothing."""
    return values[round(share * (len(values) - 1))]
