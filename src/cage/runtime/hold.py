"""Checks that everything that passes keeps passing for a while."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Protocol, TypeVar

import anyio

from cage.model import events
from cage.model.errors import AwsUnavailableError
from cage.model.outcome import Failed, Inconclusive, Observation, Passed, Verdict, Waiting
from cage.runtime import clock
from cage.runtime.background import background
from cage.runtime.journal import Journal
from cage.runtime.polling import Late, Pace, Wait

T = TypeVar("T")

TOLERATED_S = 30.0
"""AWS's reads lag behind, so a failure shorter than this is tolerated."""

_EVERY_S = 10.0
_MARGIN_S = 60.0
"""How long AWS can be silent at the end before the check ends without an answer."""


class Held(Protocol):
    """Something that must keep passing."""

    @property
    def name(self) -> str:
        """One word, for programs."""

    async def look(self) -> Observation:
        """Check once. `Waiting` means: not passing now, but not failed yet."""


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A `Held` that calls one function."""

    name: str
    look: Callable[[], Coroutine[Any, Any, Observation]]


@dataclasses.dataclass(slots=True)
class _Holding:
    """The state of the checks so far.

    Attributes:
        answer: Checked last, once everything else passes; without it, only time ends the wait.
    """

    all_held: Sequence[Held]
    for_s: float
    began: float
    answer: Held | None = None
    broken: str = ""
    not_good_since: float | None = None

    async def look(self) -> Verdict | None:
        """Check everything once; return None if it isn't over yet."""
        now = clock.monotonic()
        for held in self.all_held:
            self.broken = held.name
            said = await held.look()
            if isinstance(said, Failed | Inconclusive):
                return said
            if isinstance(said, Waiting):
                return self._not_good(said, now)
        self.broken, self.not_good_since = "", None
        if self.answer is not None:
            said = await self.answer.look()
            return None if isinstance(said, Waiting) else said
        if now - self.began >= self.for_s:
            return Passed(f"all checks passed for {now - self.began:.0f} s")
        return None

    def _not_good(self, said: Waiting, now: float) -> Failed | None:
        since = self.not_good_since = self.not_good_since or now
        if now - since < TOLERATED_S:
            return None
        return Failed("NotHeld", f"{self.broken} stopped passing: {said.message}")


async def hold(name: str, all_held: Sequence[Held], for_s: float, journal: Journal) -> Verdict:
    """Check everything for `for_s` seconds, and return whether it passed all the time.

    Args:
        name: The name in events, such as `bake`.
    """
    began = clock.monotonic()
    holding = _Holding(all_held, for_s, began)
    names = ", ".join(h.name for h in all_held)
    what = f"{names} to keep passing for {for_s:.0f} s"
    journal.tell(events.WaitStarted(what, for_s + _MARGIN_S, name))
    deadline = clock.Deadline.after(for_s + _MARGIN_S)
    wait: Wait[Verdict] = Wait(holding.look, deadline, Pace(for_s))
    answer = await wait.result()
    took_s = clock.monotonic() - began
    if isinstance(answer, Passed):
        journal.tell(events.CheckPassed(name, answer.message, took_s))
        return answer
    verdict = _unanswered(answer, holding.broken or name) if isinstance(answer, Late) else answer
    failed = f"{name}/{holding.broken}" if holding.broken else name
    journal.tell(events.failure(failed, verdict, took_s))
    return verdict


async def hold_until(
    answer: Held,
    all_held: Sequence[Held],
    late: Inconclusive,
    deadline: clock.Deadline,
    journal: Journal,
    wake: anyio.Event,
) -> Verdict:
    """Check everything until `answer` isn't `Waiting`; return it if all passed while it ran.

    Args:
        late: The verdict if no answer arrives by the deadline.
        wake: Once set, `answer` is checked at once.
    """
    holding = _Holding(all_held, deadline.timeout_s, clock.monotonic(), answer)
    wait: Wait[Verdict] = Wait(holding.look, deadline, Pace(deadline.timeout_s), wake)
    found = await wait.result()
    took_s = clock.monotonic() - holding.began
    if isinstance(found, Passed):
        journal.tell(events.CheckPassed(answer.name, found.message, took_s))
        return found
    failed = f"{answer.name}/{holding.broken}" if holding.broken else answer.name
    if not isinstance(found, Late):
        verdict: Failed | Inconclusive = found
    elif found.last_error is None and not holding.broken:
        verdict = late
    else:
        verdict = _unanswered(found, holding.broken or answer.name)
    journal.tell(events.failure(failed, verdict, took_s))
    return verdict


async def while_held(
    all_held: Sequence[Held], work: Callable[[], Awaitable[T]], journal: Journal
) -> T | Failed:
    """Do some work while everything passes. The first failure ends the work.

    Returns:
        The result of the work, or what no longer passes.
    """
    done: list[T] = []
    broken: list[Failed] = []
    async with background() as tasks:

        async def watch() -> None:
            began = clock.monotonic()
            while not broken:
                await clock.sleep(_EVERY_S)
                failed = await _first_failure(all_held)
                if failed is not None:
                    name, verdict = failed
                    journal.tell(events.failure(name, verdict, clock.monotonic() - began))
                    broken.append(verdict)
            tasks.cancel_scope.cancel()

        if all_held:
            tasks.start_soon(watch)
        done.append(await work())
        tasks.cancel_scope.cancel()
    return done[0] if done else broken[0]


async def _first_failure(all_held: Sequence[Held]) -> tuple[str, Failed] | None:
    """Return the first failure. No answer from AWS only means: unknown for now."""
    for held in all_held:
        try:
            said = await held.look()
        except AwsUnavailableError:
            continue
        if isinstance(said, Failed):
            return held.name, said
    return None


def _unanswered(late: Late, name: str) -> Inconclusive:
    if late.last_error is not None:
        return Inconclusive(
            "NoAnswerFromAws",
            f"AWS gave no answer for {name}: {late.last_error.what}",
            late.last_error.next_step,
        )
    return Inconclusive("TimedOut", f"{name} did not pass in time")
