"""What every event has."""

from __future__ import annotations

import dataclasses
import enum
from datetime import UTC, datetime

SCHEMA = 1
"""The version of the events' schema."""


_UNSTAMPED = datetime.fromtimestamp(0, UTC)


class Step(enum.StrEnum):
    """The steps of an operation, in the order of the story."""

    REQUIRE = "require"
    REGISTER = "register"
    START = "start"
    CHECK = "check"
    APPROVE = "approve"
    CREATE = "create"
    PROMOTE = "promote"
    PROVE = "prove"
    ROLL_BACK = "roll-back"
    CLEAN_UP = "clean-up"


@dataclasses.dataclass(frozen=True, kw_only=True)
class BaseEvent:
    """What every event has; `Journal.tell` fills it in."""

    at: datetime = _UNSTAMPED
    rollout_id: str = ""
