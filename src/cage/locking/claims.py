"""Who holds a lock, by the versions of its parameter. Pure: it decides, and does nothing.

Each version is a claim. Parameter Store puts them in one order and dates them by its own
clock, so whoever reads the same versions comes to the same holder.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from cage.model.account import ParameterVersion

LEASE_S = 90.0
"""How long a claim holds from the moment that Parameter Store dates it with."""

KEPT = 100
"""How many versions Parameter Store keeps, the newest ones (SSM API reference,
ParameterMaxVersionLimitExceeded)."""

_LONGEST_LEASE_S = 3600.0
_HOLDS, _RELEASES = "hold", "release"


@dataclasses.dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock.

    Attributes:
        rollout: The rollout's id.
        who: Who runs it, as `ana@laptop`.
        since: When it got the lock, by Parameter Store's clock.
        until: When its lease ends unless it is renewed, by the same clock.
    """

    rollout: str
    who: str
    since: datetime
    until: datetime


@dataclasses.dataclass(frozen=True, slots=True)
class State:
    """Who holds the lock once the versions up to this one are told; None: no one."""

    version: int = 0
    holder: Holder | None = None

    def held_by(self, rollout: str) -> bool:
        """Tell whether a rollout is the holder."""
        return self.holder is not None and self.holder.rollout == rollout


@dataclasses.dataclass(frozen=True, slots=True)
class Claim:
    """What one version says.

    Attributes:
        seen: The state that its writer had come to before: from there a reader can go on
            whose history no longer reaches back to the beginning.
    """

    rollout: str
    who: str
    seen: State
    releases: bool = False
    lease_s: float = LEASE_S

    def text(self) -> str:
        """Return the version's value. It is flat: Parameter Store takes no `{{` or `}}`."""
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
    """Return what a version claims; None: it is no claim, and counts for nothing."""
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

    A claim holds where no one holds the lock, or the holder's lease has ended, or the holder
    itself renews it. Any other claim came too late, and never counts.
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
    until = version.at + timedelta(seconds=claim.lease_s)
    return State(version.version, Holder(claim.rollout, claim.who, since, until))


def state_at(number: int, history: Iterable[ParameterVersion]) -> State | None:
    """Return the state after the version of that number; None: the history doesn't tell.

    It needs no version later than that one. It begins with the first version, or, where that
    can't be kept any more, with the latest state that a claim has seen, and needs every version
    from there on: reads of Parameter Store lag.
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
    """Return the state after the newest version that a history tells of; None: it tells none."""
    known = tuple(history)
    for number in sorted((v.version for v in known), reverse=True):
        state = state_at(number, known)
        if state is not None:
            return state
    return None


def _seen_in(known: Mapping[int, ParameterVersion]) -> list[State]:
    """Return the states that claims have seen, the latest first.

    An early claim may have seen versions of a parameter that was deleted since, so these states
    are only for a history that lacks its beginning.
    """
    claims = {n: read(v) for n, v in known.items()}
    seen = [c.seen for n, c in claims.items() if c is not None and c.seen.version < n]
    return sorted(seen, key=lambda state: state.version, reverse=True)
