"""What a floor is, and how many targets that makes."""

from __future__ import annotations

import pytest

from cage.availability.floor import Floor, read
from cage.knobs.kinds import UnfitError


@pytest.mark.parametrize(
    ("text", "desired", "targets"),
    [("2", 3, 2), ("0", 3, 0), ("50%", 3, 2), ("75%", 3, 3), ("75%", 4, 3), ("100%", 7, 7),
     ("33.3%", 3, 1), ("70 %", 10, 7), ("1%", 1, 1), ("50%", 0, 0)],
)  # fmt: skip
def test_a_percentage_is_of_the_desired_count_and_rounded_up(
    text: str, desired: int, targets: int
) -> None:
    assert read(text).of(desired) == targets


@pytest.mark.parametrize("text", ["", "-1", "101%", "two", "50.5", "%", "½", "1e2"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UnfitError, match="is not a number of targets"):
        read(text)


def test_a_floor_reads_as_it_was_written() -> None:
    assert str(Floor(percent=75.0)) == "75%"
    assert str(Floor(count=2)) == "2"
