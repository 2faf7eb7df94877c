"""Describes a draw in plain words, and how to repeat it."""

from __future__ import annotations

import shlex

from cage.rehearsal.draws.draw import Draw, Planned
from cage.rehearsal.draws.draw import draw as drawn
from cage.rehearsal.draws.performance import Performance
from cage.rehearsal.incidents.catalog import CATALOG


def describe(performance: Performance) -> list[str]:
    """Return a description of the draw, one line each."""
    draw = performance.draw
    varied = ", ".join(f"{name} {value}" for name, value in draw.varied)
    lines = [f"seed {draw.seed}: service shape {draw.shape}", f"varied: {varied or 'nothing'}"]
    unfit = dict(performance.unfit)
    for planned in draw.incidents:
        happened = [step for name, step in performance.fired if name == planned.name]
        if planned.name in unfit:
            ending = f"doesn't apply: {unfit[planned.name]}"
        elif happened:
            ending = f"happened in {', '.join(sorted(happened))}"
        else:
            ending = "never happened"
        lines.append(f"incident: {_incident(planned)}; {ending}")
    if not draw.incidents:
        lines.append("incident: none")
    return lines


def _incident(planned: Planned) -> str:
    summary = CATALOG[planned.name].summary
    if planned.step is None:
        return f"{planned.name} ({summary})"
    return f"{planned.name} ({summary}), {planned.after_s:g} s into {planned.step}"


def repeat(draw: Draw) -> str:
    """Return the command that repeats a draw."""
    if draw == drawn(draw.seed):
        return f"cage rehearse --seed {draw.seed}"
    return f"cage rehearse --seed {draw.seed} --draw {shlex.quote(str(draw))}"
