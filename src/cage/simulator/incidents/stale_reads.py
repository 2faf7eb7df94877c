"""Reads are stale: half of them show what was true up to four seconds ago.

Source: ECS API reference, RunTask, on eventual consistency; by how much is unknown.
"""

from __future__ import annotations

import dataclasses

from cage.simulator.operations import reading
from cage.simulator.stage import Stage


@dataclasses.dataclass(frozen=True, slots=True)
class StaleReads:
    """Every kind of read lags. Right: promote, since the truth shows a little later."""

    name: str = "stale-reads"
    summary: str = "half of all reads show what was true some seconds ago"
    right_outcomes: frozenset[str] = frozenset({"Promoted"})
    hurts_running_tasks: bool = False

    def inapplicable(self, stage: Stage) -> str | None:  # noqa: ARG002
        """It can happen to any service."""
        return None

    def arm(self, stage: Stage) -> None:
        """Let the readers lag from now on."""
        reading.lag(stage.world)
