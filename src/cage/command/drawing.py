"""Rehearsing a draw: the draw of a seed, its story, and the smallest draw that fails."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cage.command.ending import Ending
from cage.command.exit_codes import FINDINGS, PROMOTED

if TYPE_CHECKING:
    from cage.options.invocation import Invocation
    from cage.rehearsal.draws import Performance


def rehearse(call: Invocation, text: str | None, seed: int) -> Ending:
    """Rehearse the draw of a seed, or the draw that a text describes.

    Raises:
        UsageError: The text is not a draw.
    """
    from cage.command import running
    from cage.rehearsal import draws
    from cage.reports.plain import Plain, since_start

    draw = draws.draw(seed) if text is None else draws.read(text, seed)
    reporting = running.reporting()
    sinks = reporting.open(running.reports(call, "plain"), rehearsed=True)
    performance = draws.perform(draw, sinks)
    out = sys.stderr if running.on_stdout(call, "plain") == "json" else sys.stdout
    out.write("\n" + "\n".join(draws.describe(performance)) + "\n")
    out.write(f"outcome: {performance.outcome}\nrepeat: {draws.repeat(draw)}\n")
    if not performance.broken:
        return Ending(PROMOTED)
    _tell_broken(performance)
    smallest = draws.shrink(draw, draws.fails_as(performance.broken_names))
    if smallest != draw:
        sys.stderr.write("\nThe smallest draw that fails so:\n")
        again = draws.perform(smallest, (Plain(sys.stderr, since_start()),))
        sys.stderr.write("\n" + "\n".join(draws.describe(again)) + "\n")
        _tell_broken(again)
        sys.stderr.write(f"repeat: {draws.repeat(smallest)}\n")
    return Ending(FINDINGS, "broken-promise", performance.broken[0])


def _tell_broken(performance: Performance) -> None:
    for line in performance.broken:
        sys.stderr.write(f"BROKEN PROMISE (seed {performance.draw.seed}): {line}\n")
