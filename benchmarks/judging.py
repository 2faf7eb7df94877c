"""Did a deploy tool tell the truth? What it reports, compared with what happened.

Pure: no process, no world. cage reports its outcome as JSON, other tools by their exit code and
last lines.
"""

from __future__ import annotations

import dataclasses
import enum
import json


class Claim(enum.Enum):
    """What a tool reports at its end."""

    DEPLOYED = "deployed"
    """The service is running the new revision."""

    FAILED = "failed"
    """The service is not running the new revision."""

    UNCHANGED = "unchanged"
    """The service was never changed. This says more than FAILED, and is judged by it."""

    ROLLED_BACK = "rolled back"
    """The service was changed, then rolled back. The same applies."""

    OPEN = "not known"
    """It stopped waiting, or can't confirm anything: it reports that it does not know."""


class Became(enum.Enum):
    """What happened to the service in the end."""

    NEW = "new"
    """It is steady on the revision that the tool registered."""

    OLD = "old"
    """It is steady on the revision from before."""

    OTHER = "other's"
    """It is steady on a revision that someone else registered."""

    UNSETTLED = "unsettled"
    """Its deployment is still in progress, or failed and was not replaced."""


@dataclasses.dataclass(frozen=True, slots=True)
class End:
    """How a service ended, according to its world.

    Attributes:
        touched: Whether it ever had a deployment of the tool's revision.
    """

    became: Became
    touched: bool


_WORDS = (
    # aws CLI: botocore's waiter, after its last attempt
    ("Max attempts exceeded", Claim.OPEN),
    # ecs-deploy: its --timeout has passed
    ("failed due to timeout", Claim.OPEN),
)


_OUTCOMES = {
    "promoted": Claim.DEPLOYED,
    "aborted": Claim.UNCHANGED,
    "rolled-back": Claim.ROLLED_BACK,
    "superseded": Claim.FAILED,
    "unproven": Claim.OPEN,
}
"""By the `kind` of an outcome in the JSON stream."""


def claim_in(stream: str) -> Claim:
    """Return what cage reports in its JSON stream; one that ends early reports nothing."""
    records = [json.loads(line) for line in stream.splitlines() if line.endswith("}")]
    finished = [record for record in records if record["event"] == "operation-finished"]
    if not finished:
        return Claim.FAILED if records and records[-1]["event"] == "ended" else Claim.OPEN
    kind, changed = finished[-1]["outcome"]["kind"], finished[-1]["service_changed"]
    if kind == "interrupted":
        return Claim.OPEN if changed else Claim.UNCHANGED
    return _OUTCOMES[kind]


def claim_of(code: int | None, last_lines: str) -> Claim:
    """Return what another tool reports.

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
    """Return whether a report is true; None if the tool reported that it does not know."""
    match claim:
        case Claim.DEPLOYED:
            return end.became is Became.NEW
        case Claim.FAILED:
            return end.became is not Became.NEW
        case Claim.UNCHANGED:
            return not end.touched
        case Claim.ROLLED_BACK:
            return end.touched and end.became is Became.OLD
        case Claim.OPEN:
            return None
