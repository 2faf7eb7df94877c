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

    @property
    def doing(self) -> str:
        """The step in words, such as `checking the canary`."""
        return _DOING[self]


_DOING = {
    Step.REQUIRE: "checking the service",
    Step.REGISTER: "registering the revision",
    Step.START: "starting the canary",
    Step.CHECK: "checking the canary",
    Step.APPROVE: "waiting for approval",
    Step.CREATE: "creating the service",
    Step.PROMOTE: "updating the service",
    Step.PROVE: "confirming the deployment",
    Step.ROLL_BACK: "rolling back",
    Step.CLEAN_UP: "cleaning up",
}


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
