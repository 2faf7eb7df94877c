"""Does someone approve of the promotion, once everything else is good?

Decisions come through AWS, as tags of the canary task (`cage promote`, `cage abort`), or from
beside it: a terminal, a file, a signal. An abort counts during the whole canary phase, whether
or not approval is asked for.
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
"""The other checks see the canary's tags at least so often, but while a program runs."""


def explains_itself(verdict: Verdict) -> bool:
    """Tell whether a person, and no task, is the cause of a verdict."""
    return not isinstance(verdict, Passed) and verdict.reason in {ABORTED, UNDECIDED}


@dataclasses.dataclass(frozen=True, slots=True)
class NotAborted:
    """No one has asked to abort the rollout."""

    canary: Canary
    decisions: Decisions
    name: str = "abort"

    async def look(self) -> Observation:
        """Read the decisions; the canary's tags are read anew if no one has for a while."""
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


def _decided(canary: Canary, decisions: Decisions) -> Decision | None:
    by_tag = decision_tags.decided(canary.task) if canary.task else None
    found = [decision for decision in (by_tag, decisions.taken) if decision is not None]
    return min(found, key=lambda d: d.word is not Word.ABORT, default=None)


@dataclasses.dataclass(frozen=True, slots=True)
class Approve:
    """Someone has decided to promote.

    Attributes:
        command: What names the service to cage's verbs, as `--cluster main --service web`.
    """

    settings: ApproveSettings
    canary: Canary
    decisions: Decisions
    command: str
    name: str = "approve"

    async def announce(self) -> None:
        """Say that approval is awaited, also to who looks at the canary's tags."""
        until = clock.now() + timedelta(seconds=self.settings.timeout_s)
        ways = self.decisions.ways
        if await self.canary.tag(decision_tags.STEP_TAG, decision_tags.awaited(until)):
            ways = (f"cage promote {self.command}", f"cage abort {self.command}", *ways)
        journal = self.canary.journal
        journal.tell(events.ApprovalAwaited(f"{until:%Y-%m-%dT%H:%M:%SZ}", ways))
        journal.tell(events.WaitStarted("approval", self.settings.timeout_s))

    async def look(self) -> Observation:
        """Read the decisions."""
        found = _decided(self.canary, self.decisions)
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
    """Say by the canary's tags what becomes of a decision, to who waits for that.

    Args:
        awaited: Whether the tags say that approval is awaited.
    """
    by_hand = isinstance(verdict, Failed) and verdict.reason == ABORTED
    if awaited or by_hand:
        word = Word.PROMOTE if isinstance(verdict, Passed) else Word.ABORT
        await canary.tag(decision_tags.STEP_TAG, word.value)
