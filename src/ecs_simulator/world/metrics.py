"""CloudWatch's metrics: values that were set in the world, as they arrive.

*Unknown*: how late a metric's data is: AWS documents no bound. One to two minutes are drawn,
as users observe. Until all of a period's data has arrived, its datapoint shows a part of it.
"""

from __future__ import annotations

import math
import random
import re
from typing import NamedTuple

_LATE_S = (60.0, 120.0)


class Point(NamedTuple):
    """A datapoint: when its period began, in virtual seconds, and what it shows now."""

    at_s: float
    value: float


class Metrics:
    """All metrics of the account.

    An expression is a metric of its own here: no metric math is done.

    Args:
        seed: Decides how late datapoints are, and nothing else.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._told: dict[str, list[tuple[float, float | None]]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The patterns of all metrics whose values were set."""
        return tuple(self._told)

    def tell(self, pattern: str, value: float | None, now: float) -> None:
        """Set a metric's value from now on; None: no data.

        Args:
            pattern: Regular expression that matches the query: an expression, or statistic,
                namespace, name and sorted dimensions, such as `Sum AWS/X Errors A=b C=d`.
        """
        self._told.setdefault(pattern, []).append((now, value))

    def points(
        self, asked: str, period_s: int, start_s: float, end_s: float, now: float
    ) -> list[Point] | None:
        """Return the datapoints from `start_s` until before `end_s`, in the order of time.

        Returns:
            None if the metric doesn't exist.
        """
        pattern = next((p for p in self._told if re.fullmatch(p, asked)), None)
        if pattern is None:
            return None
        found = []
        at_s = math.ceil(start_s / period_s) * period_s
        while at_s < end_s:
            value = self._value(pattern, at_s + period_s)
            share = self._arrived(asked, at_s, period_s, now)
            if value is not None and share > 0:
                found.append(Point(at_s, value * share))
            at_s += period_s
        return found

    def _value(self, pattern: str, at_s: float) -> float | None:
        values = [value for since_s, value in self._told[pattern] if since_s < at_s]
        return values[-1] if values else None

    def _arrived(self, asked: str, at_s: float, period_s: int, now: float) -> float:
        """Return which part of a period's data has arrived, 0 to 1."""
        late_s = random.Random(f"cage/metrics/{self._seed}/{asked}/{at_s}").uniform(*_LATE_S)
        return min(1.0, max(0.0, (now - late_s - at_s) / period_s))
