"""Does someone approve the promotion, once every check has passed?

Decisions come through AWS, as tags of the canary task (`cage promote`, `cage abort`), or from
outside it: a terminal, a file, a signal. An abort counts during the whole canary phase, whether
or not approval is requested.
"""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from cage.canary import decision_tags
from cage.canary.task import Canary
from cage.checks.approve import ApproveSettings
from cage.model import events
from cage.model.outcome import Failed, Inconclusive, Observation, Passed, Verdict, Waiting
from cage.runtime import clock
from cage.runtime.decisions import Decision, Decisions, Word

ABORTED = "AbortedByHand"
UNDECIDED = "NoDecision"

_AGAIN = "Find out why. Once it is fixed, roll out again."

_UNSEEN_S = 15.0
"""Other checks read the canary's tags at least this often, except while a program is running."""


def explains_itself(verdict: Verdict) -> bool:
    """Return whether a person, and not a task, is the cause of a verdict."""
    return not isinstance(verdict, Passed) and verdict.reason in {ABORTED, UNDECIDED}


@dataclasses.dataclass(frozen=True, slots=True)
class NotAborted:
    """No one has requested an abort of the rollout."""

    canary: Canary
    decisions: Decisions
    name: str = "abort"

    async def look(self) -> Observation:
        """Read the decisions; read the canary's tags again if they are too old."""
        canary = self.canary
        if canary.task is not None and clock.monotonic() - canary.refreshed_at >= _UNSEEN_S:
            await canary.refresh()
        return aborted(canary, self.decisions) or Passed("no one has requested an abort")


def aborted(canary: Canary, decisions: Decisions) -> Failed | None:
    """Return the verdict on a rollout that someone asked to abort; None if no one did."""
    found = _decided(canary, decisions)
    if found is None or found.word is not Word.ABORT:
        return None
    return Failed(ABORTED, f"an abort was requested by {found}", _AGAIN)


def _decided(canary: Canary, decisions: Decisions, question: str = "") -> Decision | None:
    by_tag = decision_tags.decided(canary.task, question) if canary.task else None
    found = [decision for decision in (by_tag, decisions.taken) if decision is not None]
    return min(found, key=lambda d: d.word is not Word.ABORT, default=None)


@dataclasses.dataclass(frozen=True, slots=True)
class Approve:
    """Someone has decided to promote.

    Attributes:
        command: The options that specify the service, such as `--cluster main --service web`.
        question: The text that an approval by a tag must quote; no one can know it earlier.
    """

    settings: ApproveSettings
    canary: Canary
    decisions: Decisions
    command: str
    question: str
    name: str = "approve"

    async def announce(self) -> None:
        """Report that the rollout is waiting for approval, also through the canary's tags."""
        until = clock.now() + timedelta(seconds=self.settings.timeout_s)
        ways = self.decisions.ways
        if await self.canary.tag(
            decision_tags.STEP_TAG, decision_tags.awaited(until, self.question)
        ):
            ways = (f"cage promote {self.command}", f"cage abort {self.command}", *ways)
        journal = self.canary.journal
        serves, stamp = bool(self.canary.registrations), f"{until:%Y-%m-%dT%H:%M:%SZ}"
        journal.tell(events.ApprovalAwaited(stamp, ways, serves))
        journal.tell(events.WaitStarted("approval", self.settings.timeout_s))

    async def look(self) -> Observation:
        """Read the decisions."""
        found = _decided(self.canary, self.decisions, self.question)
        if found is None:
            return Waiting("no one has decided yet")
        if found.word is Word.PROMOTE:
            return Passed(f"approved by {found}")
        return Failed(ABORTED, f"an abort was requested by {found}", _AGAIN)

    def late(self) -> Inconclusive:
        """Return the verdict if no one decides in time."""
        return Inconclusive(
            UNDECIDED,
            f"no one decided within {self.settings.timeout_s:.0f} s",
            "Run it again when someone can decide, or raise --approve-timeout.",
        )


async def take_notice(canary: Canary, verdict: Verdict, *, awaited: bool) -> None:
    """Show the effect of a decision in the canary's tags, for whoever is waiting for it.

    Args:
        awaited: Whether the tags show that the rollout is waiting for approval.
    """
    by_hand = isinstance(verdict, Failed) and verdict.reason == ABORTED
    if awaited or by_hand:
        word = Word.PROMOTE if isinstance(verdict, Passed) else Word.ABORT
        await canary.tag(decision_tags.STEP_TAG, word.value)
