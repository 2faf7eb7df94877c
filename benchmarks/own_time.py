"""What of a rollout's time is cage's own, and what ECS and ELB would have taken anyway."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

from cage.options.timeouts import Timeouts
from cage.rehearsal.script import Act
from ecs_simulator.world.engine import Happening


@dataclasses.dataclass(frozen=True, slots=True)
class OwnTime:
    """A promoted rollout's time, in virtual seconds.

    Attributes:
        theirs_s: The canary's start, its first health checks or the half minute that it is
            observed for, whichever is longer, and the deployment; and what is
            left of the canary's drain and stop after it, had the drain begun as soon as its
            leaving cost nothing: when a new task was healthy in each target group, or all of
            them where ECS stops old tasks first.
        own_s: The rest.
        late_s: How much later than that the drain did begin.
    """

    theirs_s: float
    own_s: float
    late_s: float


def of(act: Act, drain_s: float) -> OwnTime:
    """Read the times of a promoted rollout behind target groups from what the world did.

    Args:
        drain_s: The target groups' deregistration delay.
    """
    trace = [h for h in act.stage.world.engine.trace if h.at_s >= act.began_s]
    started = next(h for h in trace if h.what == "task PROVISIONING")
    canary = {h.what: h.at_s for h in trace if h.who == started.who}
    updated = _first(trace, "deployment IN_PROGRESS")
    completed = _first(trace, "deployment COMPLETED")
    joined = [h for h in trace if h.what == "target registered" and h.at_s < updated]
    own = {h.who for h in joined}
    draining = min(h.at_s for h in trace if h.what == "target draining" and h.who in own)
    healthy = max(_first([h for h in trace if h.who == who], "target healthy") for who in own)
    new = [h for h in trace if h.at_s > updated and h.who not in own]
    needed = _needed(act)
    replaced = max(
        sorted(h.at_s for h in new if _group(h) == group and h.what == "target healthy")[needed - 1]
        for group in {_group(h) for h in joined}
    )
    gone = replaced + drain_s + canary["task STOPPED"] - canary["task DEACTIVATING"]
    starting_s = canary["task RUNNING"] - started.at_s
    checked_s = max(healthy - joined[0].at_s, Timeouts().idle_s)
    theirs_s = starting_s + checked_s + max(completed, gone) - updated
    return OwnTime(theirs_s, act.took_s - theirs_s, draining - replaced)


def _needed(act: Act) -> int:
    """Return how many new tasks must be healthy before the canary's leaving costs nothing."""
    service = act.stage.service
    kept = math.ceil(service.desired * service.percent("minimumHealthyPercent") / 100)
    return 1 if kept >= act.before else act.before


def _first(trace: Sequence[Happening], what: str) -> float:
    return next(h.at_s for h in trace if h.what == what)


def _group(happening: Happening) -> str:
    """Return the target group of what happens to a target."""
    return happening.who.partition(" ")[0]
