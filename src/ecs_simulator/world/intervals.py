"""How long ECS takes from one thing to the next: one row an interval in `intervals.tsv`.

A row gives the least, the median, the 90th percentile and the most seconds, and where they
come from. Between these points an interval is drawn linearly.
"""

from __future__ import annotations

import csv
import functools
import itertools
from importlib import resources
from typing import NamedTuple


class Interval(NamedTuple):
    """How long something takes, in seconds.

    Attributes:
        begins: The event at its beginning.
        ends: The event at its end.
        sources: The public addresses and published logs that show it.
    """

    begins: str
    ends: str
    least: float
    median: float
    ninety: float
    most: float
    sources: tuple[str, ...]

    def at(self, share: float) -> float:
        """Return the seconds below which a share (0 to 1) of the draws lies."""
        points = ((0.0, self.least), (0.5, self.median), (0.9, self.ninety), (1.0, self.most))
        for (from_share, low), (to_share, high) in itertools.pairwise(points):
            if share <= to_share:
                return low + (high - low) * (share - from_share) / (to_share - from_share)
        return self.most


@functools.cache
def intervals() -> dict[str, Interval]:
    """Return all intervals by name."""
    text = resources.files(__package__).joinpath("intervals.tsv").read_text(encoding="utf-8")
    return {
        row["interval"]: Interval(
            row["from"],
            row["to"],
            float(row["least"]),
            float(row["median"]),
            float(row["ninety"]),
            float(row["most"]),
            tuple(row["sources"].split("; ")),
        )
        for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    }
