"""Takes, renews and releases the lock of one service."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import NoReturn

import anyio

from cage.locking.claims import LEASE_S, Claim, Holder, State, latest_state, state_at
from cage.model import events
from cage.model.errors import AwsError, AwsUnavailableError, BusyError, RefusedError
from cage.model.outcome import Failed, Observation, Passed
from cage.ports.parameters import Parameters
from cage.runtime import clock
from cage.runtime.journal import Journal
from cage.runtime.polling import Late, Pace, Wait

RENEW_S = 30.0
MARGIN_S = 30.0
"""A lease is not relied on this long before it expires: for calls in progress, and for Parameter
Store's clocks, which might differ from each other."""

SHOWS_WITHIN_S = 20.0
"""How long Parameter Store's reads can lag behind its writes."""

_LOOK_EACH_S = 5.0
_PREFIX = "/cage/lock"


def name_of(cluster: str, service: str) -> str:
    """Return the name of the parameter that serves as a service's lock."""
    return "/".join((_PREFIX, cluster.rpartition("/")[2], service.rpartition("/")[2]))


@dataclasses.dataclass(slots=True)
class Lock:
    """The lock of one service, for one rollout.

    Attributes:
        rollout: The rollout's ID.
        who: Who runs it, such as `ana@laptop`.
        lost_to: Who holds the lock now, if this rollout held it and no longer does.
    """

    parameters: Parameters
    name: str
    rollout: str
    who: str
    journal: Journal
    lost_to: Holder | None = None
    _seen: State = dataclasses.field(default_factory=State)
    _proven_until: float | None = None
    _ahead: timedelta = timedelta()
    _asked: bool = False
    _one_at_a_time: anyio.Lock = dataclasses.field(default_factory=anyio.Lock)

    async def take(self) -> None:
        """Take the lock. Call it again after a `BusyError`.

        A holder that renews its lease is alive. If the holder doesn't renew, this waits until its
        lease expires, which takes at most the length of a lease.

        Raises:
            BusyError: Another rollout holds it and is alive.
            AwsError: AWS refused or didn't answer.
        """
        state = await self._created() or await self._present()
        while self._proven_until is None:
            if state.holder is not None and not state.held_by(self.rollout):
                await self._outwait(state.holder)
                state = await self._present()
            if self._to_be_had(state):
                state = await self._claim(state)
        self.journal.tell(events.LockTaken(self.name, self.who))

    async def keep(self) -> None:
        """Renew the lease until canceled, or until the lock is lost."""
        told = False
        while self.lost_to is None:
            await clock.sleep(RENEW_S)
            try:
                await self._renew()
                told = False
            except AwsError as error:
                if not told:
                    self.journal.tell(events.Noticed(f"the lock is not renewed: {error.what}"))
                told = True

    async def require(self) -> None:
        """Require that the lock is held, and will be for a moment.

        Raises:
            RefusedError: Someone else holds it now, or that can't be confirmed.
        """
        why = "its lease is about to end"
        try:
            await self._renew()
        except AwsError as error:
            why = error.what.rstrip(".")
        if self.lost_to is not None:
            raise RefusedError(
                f"The lock of this service was lost: {_words(self.lost_to)}.",
                f"This rollout could not renew it within {LEASE_S:.0f} s.",
                "Find out what the other one does, then run this again.",
            )
        if not self.proven:
            raise RefusedError(
                "This rollout might have lost the lock of the service.",
                f"The lock was not renewed: {why}.",
                f"Run this again; the lock expires within {LEASE_S:.0f} s.",
            )

    @property
    def proven(self) -> bool:
        """Whether the lock is certainly held now, by the last proof; no call is made."""
        until = self._proven_until
        return self.lost_to is None and until is not None and clock.monotonic() < until

    async def look(self) -> Observation:
        """Describe whether this rollout keeps the lock, as far as known without a call."""
        if self.lost_to is None:
            return Passed("the lock is held")
        return Failed(
            "LockLost",
            f"the lock of the service was lost: {_words(self.lost_to)}",
            "Wait until that rollout has ended, then run this again.",
        )

    async def release(self) -> None:
        """Release the lock, if it was requested; a failure is reported and costs a lease."""
        if not self._asked or self.lost_to is not None:
            return
        claim = Claim(self.rollout, self.who, self._seen, releases=True)
        try:
            await self.parameters.append(self.name, claim.text())
        except AwsError as error:
            self.journal.tell(
                events.Noticed(
                    f"the lock is not released; it expires within {LEASE_S:.0f} s: {error.what}"
                )
            )
            return
        self.journal.tell(events.LockReleased(self.name))

    async def _created(self) -> State | None:
        """Create the parameter with our claim; None: the parameter already exists."""
        sent, self._asked = clock.monotonic(), True
        claim = Claim(self.rollout, self.who, State())
        number = await self.parameters.create(self.name, claim.text())
        if number is None:
            self._asked = False
            return None
        return await self._settled(number, sent)

    async def _claim(self, seen: State) -> State:
        """Write a claim and return its outcome."""
        sent, self._asked = clock.monotonic(), True
        claim = Claim(self.rollout, self.who, seen)
        number = await self.parameters.append(self.name, claim.text())
        return await self._settled(number, sent)

    async def _renew(self) -> None:
        async with self._one_at_a_time:
            if self.lost_to is None:
                state = await self._claim(self._seen)
                if not state.held_by(self.rollout):
                    self.lost_to = state.holder

    async def _settled(self, number: int, sent: float) -> State:
        """Return the state after our version, which no later version can change.

        Args:
            sent: When the version was requested, on `clock.monotonic()`: its timestamp is later.

        Raises:
            AwsUnavailableError: Parameter Store doesn't return the versions up to it.
        """

        async def look() -> State | None:
            history = await self.parameters.history(self.name)
            state = state_at(number, history)
            own = next((v for v in history if v.version == number), None)
            if own is not None:
                self._ahead = own.at - clock.now()
            return state

        wait: Wait[State] = Wait(look, clock.Deadline.after(SHOWS_WITHIN_S), Pace(1.0))
        state = await wait.result()
        if isinstance(state, Late):
            self._unread(state)
        self._seen, self._asked = state, state.held_by(self.rollout)
        if self._asked:
            self._proven_until = sent + LEASE_S - MARGIN_S
        return state

    async def _present(self) -> State:
        """Return the newest state that can be read; it might be some seconds old."""

        async def look() -> State | None:
            return latest_state(await self.parameters.history(self.name))

        wait: Wait[State] = Wait(look, clock.Deadline.after(SHOWS_WITHIN_S), Pace(1.0))
        state = await wait.result()
        if isinstance(state, Late):
            self._unread(state)
        return state

    def _unread(self, late: Late) -> NoReturn:
        if late.last_error is not None:
            raise late.last_error
        raise AwsUnavailableError(
            f"The lock {self.name} can't be read.",
            "Parameter Store doesn't show all of its last versions.",
            "Try again in a minute. If someone else writes it, delete the parameter.",
            operation="GetParameterHistory",
            code="HistoryIncomplete",
        )

    def _to_be_had(self, state: State) -> bool:
        """Estimate whether a claim would be valid; a claim that comes too early doesn't count."""
        if state.holder is None or state.held_by(self.rollout):
            return True
        return clock.now() + self._ahead >= state.holder.until

    async def _outwait(self, holder: Holder) -> None:
        """Return once the lock has no holder, or the holder's lease should have expired.

        Raises:
            BusyError: The holder renews its lease, or another rollout holds the lock now.
        """
        left_s = (holder.until - (clock.now() + self._ahead)).total_seconds()
        if left_s <= 0:
            return
        left_s = min(left_s, LEASE_S)
        self.journal.tell(events.WaitStarted(f"the lock of {holder.rollout} to end", left_s))

        async def look() -> State | None:
            state = await self._present()
            now = state.holder
            return state if now is None or now.until > holder.until else None

        deadline = clock.Deadline.after(left_s + 1)
        state = await Wait(look, deadline, Pace(latest_s=_LOOK_EACH_S)).result()
        if isinstance(state, Late):
            # Whatever our own clock shows, a whole lease has passed or is about to.
            self._ahead = max(self._ahead, holder.until - clock.now())
        elif state.holder is not None:
            raise BusyError(
                f"Another rollout of this service holds its lock: {_words(state.holder)}.",
                "It renews its lease, so it is alive.",
                "Wait until it ends, or pass --wait-for-turn. If it dies, its lock expires.",
            )


def _words(holder: Holder) -> str:
    return (
        f"{holder.rollout} ({holder.who}) since {holder.since:%H:%M:%S}, "
        f"until {holder.until:%H:%M:%S} UTC"
    )
