"""`cage rehearse --seed`: what the seed draws, its story, and the smallest draw that fails."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from cage.cli.ending import Ending
from cage.cli.exit_codes import FINDINGS, PROMOTED

if TYPE_CHECKING:
    from cage.rehearsal.drawing import Performance


def rehearse(flags: dict[str, Any]) -> Ending:
    """Rehearse what a seed draws, or what a draw's text says.

    Raises:
        UsageError: The text is no draw's, or another flag says what is rehearsed, too.
    """
    from cage.cli import running
    from cage.rehearsal import drawing
    from cage.reports.plain import Plain, since_start

    if flags["incidents"]:
        raise click.UsageError("The seed draws the incidents too: name a directory, or use --draw.")
    text, seed = flags["drawn"], flags["seed"]
    draw = drawing.draw(seed) if text is None else drawing.read(text, seed)
    reporting = running.reporting()
    sinks = reporting.open(running.reports(flags, "plain"), rehearsed=True)
    performance = drawing.perform(draw, sinks)
    out = sys.stderr if running.on_stdout(flags, "plain") == "json" else sys.stdout
    out.write("\n" + "\n".join(drawing.words(performance)) + "\n")
    out.write(f"outcome: {performance.outcome}\nrepeat: {drawing.repeat(draw)}\n")
    if not performance.broken:
        return Ending(PROMOTED)
    _tell_broken(performance)
    smallest = drawing.shrink(draw, drawing.fails_as(performance.broken_names))
    if smallest != draw:
        sys.stderr.write("\nThe smallest draw that fails so:\n")
        again = drawing.perform(smallest, (Plain(sys.stderr, since_start()),))
        sys.stderr.write("\n" + "\n".join(drawing.words(again)) + "\n")
        _tell_broken(again)
        sys.stderr.write(f"repeat: {drawing.repeat(smallest)}\n")
    return Ending(FINDINGS, "broken-promise", performance.broken[0])


def _tell_broken(performance: Performance) -> None:
    for line in performance.broken:
        sys.stderr.write(f"BROKEN PROMISE (seed {performance.draw.seed}): {line}\n")
