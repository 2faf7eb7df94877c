"""Given a canary's lease and a clock, then it is watched long enough for one renewal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cage.canary.leases import watch_s

_NOW = datetime(2030, 1, 7, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left_s", "watched_s"),
    [
        (90, 90.0),
        (75, 75.0),
        (20, 60.0),
        (0, 60.0),
        (-70, 60.0),
        (-599, 60.0),
        (-600, 0.0),
        (86400 * 365 * 69, 90.0),
    ],
)
def test_a_lease_is_watched_for_one_renewal_whatever_the_clocks_show(
    left_s: float, watched_s: float
) -> None:
    assert watch_s(_NOW + timedelta(seconds=left_s), _NOW) == watched_s
