"""`cage rehearse --seed`: what the seed draws, its story, and the smallest draw that fails."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from cage.rehearsal.drawing import Performance


def rehearse(flags: dict[str, Any]) -> int:
    """Rehearse what a seed draws, or what a draw's text says.

    Raises:
        UsageError: The text is no draw's, or another flag says what is rehearsed, too.
    """
    from cage.rehearsal import drawing
    from cage.reports.plain import Plain, since_start

    if flags["incidents"]:
        raise click.UsageError("The seed draws the incidents too: name a directory, or use --draw.")
    text, seed = flags["drawn"], flags["seed"]
    draw = drawing.draw(seed) if text is None else drawing.read(text, seed)
    performance = drawing.perform(draw, (_sink(as_json=flags["as_json"]),))
    out = sys.stderr if flags["as_json"] else sys.stdout
    out.write("\n" + "\n".join(drawing.words(performance)) + "\n")
    out.write(f"outcome: {performance.outcome}\nrepeat: {drawing.repeat(draw)}\n")
    if not performance.broken:
        return 0
    _tell_broken(performance)
    smallest = drawing.shrink(draw, drawing.fails_as(performance.broken_names))
    if smallest != draw:
        sys.stderr.write("\nThe smallest draw that fails so:\n")
        again = drawing.perform(smallest, (Plain(sys.stderr, since_start()),))
        sys.stderr.write("\n" + "\n".join(drawing.words(again)) + "\n")
        _tell_broken(again)
        sys.stderr.write(f"repeat: {drawing.repeat(smallest)}\n")
    return 1


def _sink(*, as_json: bool) -> Any:
    from cage.reports.jsonl import JsonLines
    from cage.reports.plain import Plain, since_start

    return JsonLines(sys.stdout) if as_json else Plain(sys.stdout, since_start())


def _tell_broken(performance: Performance) -> None:
    for line in performance.broken:
        sys.stderr.write(f"BROKEN PROMISE (seed {performance.draw.seed}): {line}\n")
