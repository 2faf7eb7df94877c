"""AWS throttles: other callers of the account use up its quotas.

Source: ECS API reference, "Request throttling for the Amazon ECS API".
"""

from __future__ import annotations

import dataclasses
from typing import Any

from cage.simulator.stage import Stage
from cage.simulator.world.things import ApiError

_PROBABILITY = 0.4


@dataclasses.dataclass(frozen=True, slots=True)
class Throttling:
    """Two calls in five are refused, all the time. Right: promote all the same, a bit later."""

    name: str = "throttling"
    summary: str = "AWS refuses two calls in five: Rate exceeded"
    right_outcomes: frozenset[str] = frozenset({"Promoted"})
    hurts_running_tasks: bool = False

    def inapplicable(self, stage: Stage) -> str | None:  # noqa: ARG002
        """It can happen to any service."""
        return None

    def arm(self, stage: Stage) -> None:
        """Refuse calls by chance."""

        def gate(_operation: str, _params: dict[str, Any]) -> None:
            if stage.world.engine.chance(_PROBABILITY):
                raise ApiError("ThrottlingException", "Rate exceeded")

        stage.world.gates.append(gate)
