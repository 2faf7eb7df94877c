"""Behind which target groups a service serves while its traffic is moved."""

from __future__ import annotations

import pytest

from cage.availability.sides import serving


@pytest.mark.parametrize(
    ("percent", "groups"),
    [
        (None, ("blue",)),
        (0.0, ("blue",)),
        (10.0, ("blue", "green")),
        (100.0, ("green",)),
    ],
)
def test_a_side_counts_as_long_as_traffic_comes_by_it(
    percent: float | None, groups: tuple[str, ...]
) -> None:
    assert serving(percent, ("blue",), ("green",)) == groups
