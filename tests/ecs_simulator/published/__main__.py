"""Prints each interval that was seen beside the simulator's percentiles."""

from __future__ import annotations

import sys

from tests.ecs_simulator.published.data import traces
from tests.ecs_simulator.published.replay import intervals


def main(names: list[str]) -> None:
    """Print the table, of these traces or of all."""
    lines = [f"{'trace':24} {'interval':36} {'seen':>9} {'1 %':>9} {'50 %':>9} {'99 %':>9}"]
    for trace in traces():
        if names and not any(trace.name.startswith(name) for name in names):
            continue
        for interval in intervals(trace):
            verdict = "" if interval.contained else "  differs"
            lines.append(f"{interval}{'  given' if interval.after.given else verdict}")
    sys.stdout.write("\n".join(lines) + "\n")


main(sys.argv[1:])
