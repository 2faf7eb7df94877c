"""The fields of every event."""

from __future__ import annotations

import dataclasses
import enum
from datetime import UTC, datetime

SCHEMA = 2
"""The version of the JSON schema of events."""


_UNSTAMPED = datetime.fromtimestamp(0, UTC)


class Step(enum.StrEnum):
    """The steps of an operation, in order."""

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
    """The fields of every event, which the journal fills in.

    Attributes:
        at: When it happened, UTC.
        rollout_id: The id of the operation, also a tag of its canary task.
        service: The service that it is about; empty for a whole cluster.
    """

    at: datetime = _UNSTAMPED
    rollout_id: str = ""
    service: str = ""
