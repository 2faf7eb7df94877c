"""Parameters of SSM Parameter Store: their versions, dated, in one order, shown a little late.

Sources: SSM API reference, PutParameter, GetParameterHistory, ParameterMaxVersionLimitExceeded
(the 100 newest versions are kept), TooManyUpdates; users report that reads lag behind writes
(aws/aws-sdk-js issue 4349). *Unknown*: by how much, whether a later version can be shown
before an earlier one (here it can), and how close two updates must be to be refused.
"""

from __future__ import annotations

import dataclasses
import random

from ecs_simulator.world.engine import Engine
from ecs_simulator.world.errors import ApiError

_KEPT = 100
_LAG_S = 1.0
_AT_ONCE_S = 0.02


@dataclasses.dataclass(frozen=True, slots=True)
class SimVersion:
    """One version; reads show it from `shown_s` on."""

    number: int
    value: str
    at_s: float
    shown_s: float


class Parameters:
    """The parameters of the account, by name."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._random = random.Random(f"cage/parameters/{engine.seed}")
        self.all: dict[str, list[SimVersion]] = {}

    def put(self, name: str, value: str, *, overwrite: bool) -> int:
        """Write a version, and return its number."""
        known = self.all.setdefault(name, [])
        now = self._engine.now
        if known and not overwrite:
            raise ApiError(
                "ParameterAlreadyExists",
                "The parameter already exists. To overwrite this value, set the overwrite option "
                "in the request to true.",
            )
        if known and now - known[-1].at_s < _AT_ONCE_S:
            raise ApiError(
                "TooManyUpdates",
                "There are concurrent updates for a resource that supports one update at a time.",
            )
        number = known[-1].number + 1 if known else 1
        shown_s = now + self._random.uniform(0.0, _LAG_S)
        known.append(SimVersion(number, value, now, shown_s))
        del known[:-_KEPT]
        return number

    def shown(self, name: str) -> list[SimVersion]:
        """Return the versions that a read shows now, the oldest first."""
        return [v for v in self.all.get(name, ()) if v.shown_s <= self._engine.now]

    def delete(self, name: str) -> None:
        """Delete a parameter and its history."""
        if self.all.pop(name, None) is None:
            raise missing()


def missing() -> ApiError:
    """Return the error for a parameter that doesn't exist."""
    return ApiError("ParameterNotFound", "The parameter couldn't be found.")
