"""How long a canary's lease is watched before its rollout counts as dead. Pure.

No clock is believed: two clocks can differ, and a lease that is renewed shows life in any case.
"""

from __future__ import annotations

from datetime import datetime

from cage.model import identity

WATCH_S = 60.0
"""A rollout that is alive renews its lease within this time: `identity.RENEW_S`, the pause between
two polls, and the lag of ECS's reads."""

_CERTAIN_S = 600.0
"""A lease that expired longer ago belongs to no live rollout: AWS rejects requests whose clock is
more than 5 minutes off, for the writer and for the reader (IAM user guide, "Troubleshoot
Signature Version 4 signing", request expiration)."""

CLOCKS_DIFFER_S = _CERTAIN_S / 2
"""How far a clock that AWS accepts can be off."""


def watch_s(until: datetime, now: datetime) -> float:
    """Return how long to watch a lease for one renewal, in seconds: never longer than a lease."""
    left_s = (until - now).total_seconds()
    if left_s <= -_CERTAIN_S:
        return 0.0
    return min(max(left_s, WATCH_S), identity.LEASE_S)
