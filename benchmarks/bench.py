"""Figures that README and CHANGELOG may quote: `make bench` prints them.

Timings are ratios within this run, so that they mean the same on any machine.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import own_time
from cage.rehearsal import draws
from cage.rehearsal.script import with_cage
from cage.rehearsal.shapes import SHAPES
from cage.verbs.verb import verbs

_CAGE = str(Path(sys.executable).with_name("cage"))
_RUNS = 15
_ROLLOUTS = 60
_QUICK_DRAIN_S = 30.0
_USUAL_DRAIN_S = 300.0  # Elastic Load Balancing's default
_WARM = 100
_SEEDS = 400
_DAY_S = 86400.0


def _processor_s(*command: str, runs: int = _RUNS) -> float:
    """Return the processor time that a command takes, the median of some runs."""
    times = []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(times)


def _start_up() -> None:
    nothing = _processor_s(sys.executable, "-c", "pass")
    slowest = max(
        (verb.name for verb in verbs()), key=lambda n: _processor_s(_CAGE, n, "-h", runs=3)
    )
    print(f"{'python -c pass':<26} {nothing * 1000:6.1f} ms of processor time")
    for row in ("--version", "--help", f"{slowest} --help", "check examples/web"):
        took = _processor_s(_CAGE, *row.split())
        print(f"cage {row:<21} {took * 1000:6.1f} ms   {took / nothing:5.2f} x python -c pass")


def _row(what: str, numbers: Sequence[float], spec: str) -> None:
    median, most = format(statistics.median(numbers), spec), format(max(numbers), spec).strip()
    print(f"{what:<20} {median}      median, {most} most")


def _rollouts(drain_s: float) -> None:
    script = SHAPES["fargate"]()
    settings = {**script.group_settings, "deregistration_delay_s": drain_s}
    script = script.but(group_settings=settings)
    with_cage(script)
    began = time.process_time()
    acts = [with_cage(script.but(seed=seed)) for seed in range(_ROLLOUTS)]
    took = time.process_time() - began
    times = [own_time.of(act, drain_s) for act in acts]
    print(f"\n{_ROLLOUTS} Fargate rollouts of 3 tasks; their targets drain for {drain_s:.0f} s:")
    _row("added by cage", [t.own_s for t in times], "6.1f")
    _row("", [t.own_s / t.theirs_s for t in times], "6.1%")
    _row("drain begins late by", [t.late_s for t in times], "6.1f")
    _row("AWS calls", [len(act.calls) for act in acts], "6.0f")
    print(f"rollouts a second    {_ROLLOUTS / took:6.1f}      of processor time, on one core")


def _peak_mib() -> float:
    """Return the most memory that this process has held so far; Linux counts in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _seeds() -> None:
    began = time.process_time()
    for seed in range(_WARM):
        draws.perform(draws.draw(seed))
    warm = _peak_mib()
    for seed in range(_WARM, _WARM + _SEEDS):
        draws.perform(draws.draw(seed))
    took = time.process_time() - began
    print(f"\n{_SEEDS} drawn rollouts, after {_WARM} others:")
    print(f"memory               {_peak_mib():6.1f} MiB at most, {_peak_mib() - warm:+.1f} MiB")
    print(
        f"rollouts a second    {(_WARM + _SEEDS) / took:6.1f}      of processor time, on one core"
    )


def _day() -> None:
    stage = SHAPES["fargate"]().stage()
    began = time.process_time()
    stage.world.run_until(stage.world.now + _DAY_S)
    took = time.process_time() - began
    print(f"a virtual day        {took:6.2f} s    of a service of 3 tasks, checked each 10 s")


if __name__ == "__main__":
    _start_up()
    for drain_s in (_QUICK_DRAIN_S, _USUAL_DRAIN_S):
        _rollouts(drain_s)
    _day()
    _seeds()
