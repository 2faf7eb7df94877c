"""Did a deploy tool tell the truth? What it says, beside what became of the service.

Pure: no process, no world. Others say it by their exit code and last lines, cage by its outcome.
"""

from __future__ import annotations

import dataclasses
import enum
import json


class Claim(enum.Enum):
    """What a tool says at its end."""

    DEPLOYED = "deployed"
    """The service runs the new revision."""

    FAILED = "failed"
    """The service doesn't run the new revision."""

    UNCHANGED = "unchanged"
    """The service was never touched. Says more than FAILED, and is held to it."""

    PUT_BACK = "put back"
    """The service was changed, and runs the old revision again. Likewise."""

    OPEN = "not known"
    """It stopped waiting, or can't prove anything: it says that it doesn't know."""


class Became(enum.Enum):
    """What became of the service, once all is over."""

    NEW = "new"
    """It is steady on the revision that the tool registered."""

    OLD = "old"
    """It is steady on the revision from before."""

    OTHER = "other's"
    """It is steady on a revision that somebody else registered meanwhile."""

    UNSETTLED = "unsettled"
    """Its deployment still goes on, or failed with nothing in its place."""


@dataclasses.dataclass(frozen=True, slots=True)
class End:
    """How a service ended, as its world knows it.

    Attributes:
        touched: Whether it ever had a deployment of the tool's revision.
    """

    became: Became
    touched: bool


_WORDS = (
    # aws CLI: botocore's waiter after its last attempt
    ("Max attempts exceeded", Claim.OPEN),
    # ecs-deploy: its --timeout is over
    ("failed due to timeout", Claim.OPEN),
)


_OUTCOMES = {
    "promoted": Claim.DEPLOYED,
    "aborted": Claim.UNCHANGED,
    "rolled-back": Claim.PUT_BACK,
    "superseded": Claim.FAILED,
    "unproven": Claim.OPEN,
}
"""By the `kind` of an outcome in the JSON stream."""


def claim_in(stream: str) -> Claim:
    """Return what cage says in its JSON stream; one that ends early says nothing."""
    records = [json.loads(line) for line in stream.splitlines() if line.endswith("}")]
    finished = [record for record in records if record["event"] == "operation-finished"]
    if not finished:
        return Claim.FAILED if records and records[-1]["event"] == "ended" else Claim.OPEN
    kind, changed = finished[-1]["outcome"]["kind"], finished[-1]["service_changed"]
    if kind == "interrupted":
        return Claim.OPEN if changed else Claim.UNCHANGED
    return _OUTCOMES[kind]


def claim_of(code: int | None, last_lines: str) -> Claim:
    """Return what another tool says.

    Args:
        code: Its exit code; None if it had to be stopped.
        last_lines: The end of what it printed, stdout and stderr.
    """
    if code is None:
        return Claim.OPEN
    if code == 0:
        return Claim.DEPLOYED
    return next((claim for words, claim in _WORDS if words in last_lines), Claim.FAILED)


def told_the_truth(claim: Claim, end: End) -> bool | None:
    """Tell whether what a tool said is so; None if it said that it doesn't know."""
    match claim:
        case Claim.DEPLOYED:
            return end.became is Became.NEW
        case Claim.FAILED:
            return end.became is not Became.NEW
        case Claim.UNCHANGED:
            return not end.touched
        case Claim.PUT_BACK:
            return end.touched and end.became is Became.OLD
        case Claim.OPEN:
            return None
