"""The longest time for each wait of an operation."""

from __future__ import annotations

import dataclasses
from typing import Any

from cage.knobs.kinds import seconds
from cage.knobs.knob import setting

_STABLE_S = 900.0
_TIMES = "Time limits"


def _limit(flag: str, old: str, text: str, usual_s: float) -> Any:
    return setting(flag, seconds(), text, old=(old,), default=usual_s, heading=_TIMES)


@dataclasses.dataclass(frozen=True, slots=True)
class Timeouts:
    """The longest time for each wait, in seconds; the defaults are canarycage's."""

    running_s: float = _limit(
        "--task-running-timeout",
        "--taskRunningTimeout",
        "Time for the canary to start running.",
        900.0,
    )
    health_check_s: float = _limit(
        "--task-health-check-timeout",
        "--taskHealthCheckTimeout",
        "Time for the canary to become healthy.",
        900.0,
    )
    stopped_s: float = _limit(
        "--task-stopped-timeout", "--taskStoppedTimeout", "Time for the canary to stop.", 900.0
    )
    stable_s: float | None = setting(
        "--service-stable-timeout",
        seconds(),
        "Time for the service's deployment to complete, without its own pauses.",
        old=("--serviceStableTimeout",),
        default=None,
        usual="twice what the service usually needs, and at least 900",
        heading=_TIMES,
    )
    idle_s: float = _limit(
        "--canary-task-idle-duration",
        "--canaryTaskIdleDuration",
        "How long the canary must stay up before the promotion, while other checks run.",
        30.0,
    )
    bake_s: float = setting(
        "--bake",
        seconds(),
        "How long every check must keep passing before the promotion.",
        key="checks.bake",
        default=0.0,
        heading="Checks",
    )
    bake_after_s: float = setting(
        "--bake-after",
        seconds(),
        "How long the service must stay healthy after its deployment is confirmed; if it "
        "doesn't, it is rolled back.",
        key="checks.bake_after",
        default=0.0,
        heading="Checks",
    )

    @property
    def longest_s(self) -> float:
        """The longest time that a whole rollout can take: each wait, and the rollback."""
        checks_s = 2 * self.running_s + 2 * self.health_check_s + self.idle_s
        checks_s += self.bake_s + self.bake_after_s
        stable_s = _STABLE_S if self.stable_s is None else self.stable_s
        return checks_s + 2 * stable_s + self.stopped_s
