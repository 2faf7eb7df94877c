"""What every event has."""

from __future__ import annotations

import dataclasses
import enum
from datetime import UTC, datetime

SCHEMA = 2
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
    """What every event has; `Journal.tell` fills it in.

    Attributes:
        at: When it happened, UTC.
        rollout_id: The operation's id, which its canary task's tags hold too.
        service: The service it is about; empty if it is about a whole cluster.
    """

    at: datetime = _UNSTAMPED
    rollout_id: str = ""
    service: str = ""
