"""The page of the intervals of the simulator's clock."""

from __future__ import annotations

from collections.abc import Iterator

from docsite.markdown import code, page, prose, sentence, table
from ecs_simulator.world.intervals import Interval, intervals


def pages() -> Iterator[tuple[str, str]]:
    """Yield the path and the text of the page."""
    rows = (_row(name, row) for name, row in intervals().items())
    yield (
        "reference/intervals.md",
        page(
            "Intervals of the simulator",
            "How long the simulated ECS takes from one thing to the next, in seconds, and where "
            "that comes from. Each interval is drawn anew: half of the draws lie below the median, "
            "nine in ten below the next column, none beyond the least and the most.",
            "A published log is one that a user showed in public: its date, the situation, and the "
            "seconds that were seen. Where the logs disagree, the interval contains all of them.",
            table(
                ("Interval", "From", "To", "Least", "Median", "90 %", "Most", "Seen"),
                rows,
            ),
        ),
    )


def _row(name: str, row: Interval) -> tuple[str, ...]:
    numbers = (row.least, row.median, row.ninety, row.most)
    return (
        code(name),
        sentence(row.begins),
        sentence(row.ends),
        *(f"{number:g}" for number in numbers),
        prose("; ".join(row.sources)),
    )
