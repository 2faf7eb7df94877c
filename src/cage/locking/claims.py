"""Who holds a lock, by the versions of its parameter. Pure: it decides, but does nothing.

Each version is a claim. Parameter Store orders the versions and dates them by its own clock, so
all readers of the same versions determine the same holder.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from cage.model.account import ParameterVersion

LEASE_S = 90.0
"""How long a claim is valid, counted from Parameter Store's timestamp."""

KEPT = 100
"""How many versions Parameter Store keeps; it deletes the oldest (SSM API reference,
ParameterMaxVersionLimitExceeded)."""

_LONGEST_LEASE_S = 3600.0
_HOLDS, _RELEASES = "hold", "release"


@dataclasses.dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock.

    Attributes:
        rollout: The rollout's ID.
        who: Who runs it, such as `ana@laptop`.
        since: When it got the lock, by Parameter Store's clock.
        until: When its lease expires unless it is renewed, by the same clock.
    """

    rollout: str
    who: str
    since: datetime
    until: datetime


@dataclasses.dataclass(frozen=True, slots=True)
class State:
    """Who holds the lock after the versions up to this one; None: no one."""

    version: int = 0
    holder: Holder | None = None

    def held_by(self, rollout: str) -> bool:
        """Return whether a rollout is the holder."""
        return self.holder is not None and self.holder.rollout == rollout


@dataclasses.dataclass(frozen=True, slots=True)
class Claim:
    """The content of one version.

    Attributes:
        seen: The state that its writer had determined before: a reader whose history no longer
            reaches back to the beginning can continue from there.
    """

    rollout: str
    who: str
    seen: State
    releases: bool = False
    lease_s: float = LEASE_S

    def text(self) -> str:
        """Return the version's value. It is flat: Parameter Store rejects `{{` and `}}`."""
        holder = self.seen.holder
        seen: list[Any] = [self.seen.version]
        if holder is not None:
            until, since = holder.until.isoformat(), holder.since.isoformat()
            seen += [holder.rollout, holder.who, since, until]
        return json.dumps(
            {
                "do": _RELEASES if self.releases else _HOLDS,
                "rollout": self.rollout,
                "as": self.who,
                "lease_s": self.lease_s,
                "seen": seen,
            }
        )


def read(version: ParameterVersion) -> Claim | None:
    """Return what a version claims; None: it is not a claim and is ignored."""
    try:
        raw = json.loads(version.value)
        lease_s = float(raw["lease_s"])
        claim = Claim(
            rollout=str(raw["rollout"]),
            who=str(raw["as"]),
            seen=_seen(raw["seen"]),
            releases={_HOLDS: False, _RELEASES: True}[raw["do"]],
            lease_s=lease_s,
        )
    except (KeyError, TypeError, ValueError):
        return None
    return claim if 0 < lease_s <= _LONGEST_LEASE_S else None


def _seen(raw: list[Any]) -> State:
    number, *holder = raw
    if not holder:
        return State(int(number))
    rollout, who, since, until = map(str, holder)
    dates = [datetime.fromisoformat(text) for text in (since, until)]
    if any(date.tzinfo is None for date in dates):
        raise ValueError("a moment without a time zone")
    return State(int(number), Holder(rollout, who, *dates))


def step(state: State, version: ParameterVersion) -> State:
    """Return the state after one more version.

    A claim is valid where no one holds the lock, or the holder's lease has expired, or the
    holder itself renews it. Any other claim came too late, and never counts.
    """
    claim, holder = read(version), state.holder
    if claim is None:
        return State(version.version, holder)
    own = state.held_by(claim.rollout)
    if claim.releases:
        return State(version.version, None if own else holder)
    ended = holder is None or version.at >= holder.until
    if not own and not ended:
        return State(version.version, holder)
    since = version.at if holder is None or ended else holder.since
    until = version.at + timedelta(seconds=min(claim.lease_s, LEASE_S))
    return State(version.version, Holder(claim.rollout, claim.who, since, until))


def state_at(number: int, history: Iterable[ParameterVersion]) -> State | None:
    """Return the state after the version of that number; None: the history is not sufficient.

    It needs no version later than that one. It begins with the first version, or, where that is
    no longer kept, with the latest state that a claim has seen. It needs every version from there
    on, because Parameter Store's reads lag.
    """
    known = {v.version: v for v in history if v.version <= number}
    for start in [State()] if number <= KEPT else _seen_in(known):
        missing = any(n not in known for n in range(start.version + 1, number + 1))
        if start.version < number and not missing:
            state = start
            for n in range(start.version + 1, number + 1):
                state = step(state, known[n])
            return state
    return None


def latest_state(history: Iterable[ParameterVersion]) -> State | None:
    """Return the state after the newest version that a history determines; None if none."""
    known = tuple(history)
    for number in sorted((v.version for v in known), reverse=True):
        state = state_at(number, known)
        if state is not None:
            return state
    return None


def _seen_in(known: Mapping[int, ParameterVersion]) -> list[State]:
    """Return the states that claims have seen, latest first.

    An early claim might have seen versions of a parameter that has since been deleted, so these
    states are only for a history that lacks its beginning.
    """
    claims = {n: read(v) for n, v in known.items()}
    seen = [c.seen for n, c in claims.items() if c is not None and c.seen.version < n]
    return sorted(seen, key=lambda state: state.version, reverse=True)
