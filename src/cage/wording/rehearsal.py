"""The table at the end of a rehearsal, and its events in brief."""

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
    "lowest serving with cage",
    "lowest healthy",
    "with update-service",
    "virtual time",
)
_MATTERS = (
    events.OperationStarted,
    events.Noticed,
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
        changed: `no`, `yes` or `rolled back`.
        serving: The lowest number of healthy targets with the canary, and the number before.
        with_cage: The same without the canary.
        with_update: The same for update-service alone.
        took_s: Virtual seconds that cage took; None if it did not run.
    """

    incident: str
    outcome: str
    changed: str = ""
    serving: str = ""
    with_cage: str = ""
    with_update: str = ""
    took_s: float | None = None

    def cells(self) -> tuple[str, ...]:
        """Return the row's cells."""
        took = "" if self.took_s is None else duration(self.took_s)
        return (
            self.incident,
            self.outcome,
            self.changed,
            self.serving,
            self.with_cage,
            self.with_update,
            took,
        )


def table(rows: list[Row]) -> str:
    """Return the table as text, with aligned columns."""
    cells = [_HEADINGS, *(row.cells() for row in rows)]
    # The outcome of an incident that does not apply is long. It can span empty cells.
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
    """Return a sink that passes on only the main events."""

    def hand_on(event: Event) -> None:
        if isinstance(event, _MATTERS):
            sink(event)

    return hand_on
