"""The table at the end of a rehearsal, and its stories in brief."""

from __future__ import annotations

import dataclasses

from cage.model import events
from cage.model.events import Event
from cage.runtime.journal import Sink
from cage.wording.words import duration

_HEADINGS = (
    "incident",
    "outcome",
    "service changed?",
    "fewest healthy with cage",
    "with update-service",
    "virtual time",
)
_MATTERS = (
    events.OperationStarted,
    events.UnfinishedFound,
    events.CanaryStarted,
    events.CanaryRepeated,
    events.CheckPassed,
    events.CheckFailed,
    events.Diagnosed,
    events.ServiceUpdated,
    events.DeploymentProven,
    events.DeploymentLost,
    events.CanaryStopped,
    events.CleanUpFailed,
    events.OperationFinished,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One rehearsed incident.

    Attributes:
        changed: `no`, `yes` or `put back`.
        with_cage: The fewest healthy targets, of how many before.
        with_update: The same for a plain update-service.
        took_s: Virtual seconds that cage took; None if it didn't run.
    """

    incident: str
    outcome: str
    changed: str = ""
    with_cage: str = ""
    with_update: str = ""
    took_s: float | None = None

    def cells(self) -> tuple[str, ...]:
        """Return the row's cells."""
        took = "" if self.took_s is None else duration(self.took_s)
        return (
            self.incident, self.outcome, self.changed, self.with_cage, self.with_update, took,
        )  # fmt: skip


def table(rows: list[Row]) -> str:
    """Return the table as text, with aligned columns."""
    cells = [_HEADINGS, *(row.cells() for row in rows)]
    # A row that doesn't apply has one long cell, which may run over the empty ones.
    full = [c for c in cells if c[2]]
    widths = [max(len(c[i]) for c in full) for i in range(len(_HEADINGS))]
    widths[0] = max(len(c[0]) for c in cells)
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines) + "\n"


def only_what_matters(sink: Sink) -> Sink:
    """Return a sink that hands on what a reader of many stories needs of each."""

    def hand_on(event: Event) -> None:
        if isinstance(event, _MATTERS):
            sink(event)

    return hand_on
