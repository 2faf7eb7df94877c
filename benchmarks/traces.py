"""What cage does, as a hash a rehearsal: `make traces` says which differ from those on record.

A rehearsal's trace is every AWS call that was made, with its parameters, whether it took effect,
and how it ended. A change of structure changes none; a change of behavior changes those that
it means to: look at them, then put them on record with `--record`.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import json
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cage.rehearsal import draws
from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.script import Act, Script, with_cage

RECORD = Path(__file__).with_name("traces.tsv")
EXAMPLE = Path(__file__).parents[1] / "examples" / "web"
SEEDS = 1000
_PROSE = frozenset({"reason"})
"""Parameters whose value is only read by people: their words may change."""


class Trace(NamedTuple):
    """One rehearsal.

    Attributes:
        what: The seed and its draw, or the incident on the example.
        ended: The outcome's kind, and the virtual seconds until then.
        calls: How many AWS calls were made.
        digest: The hash of all of it.
    """

    what: str
    ended: str
    calls: int
    digest: str


def trace_of(what: str, act: Act) -> Trace:
    """Return the trace of a rehearsal."""
    outcome = type(act.result.outcome).__name__ if act.result else "Refused"
    ended = f"{outcome} {act.took_s:.1f}"
    lines = [f"{m.operation} {_plain(m.params)} {m.under_test} {m.done}" for m in act.made]
    digest = hashlib.sha256("\n".join([*lines, ended]).encode()).hexdigest()[:16]
    return Trace(what, ended, len(lines), digest)


def _plain(params: Any) -> str:
    """Return parameters as a text that is the same whatever the order of their keys."""
    kept = {k: v for k, v in params.items() if k not in _PROSE}
    return json.dumps(kept, sort_keys=True, default=str)


def _of_seed(line: str) -> Trace:
    """Rehearse `SEED DRAW`; without a draw, what the seed draws today."""
    seed, _, text = line.removeprefix("seed ").partition(" ")
    draw = draws.read(text, int(seed)) if text else draws.draw(int(seed))
    return trace_of(f"seed {seed} {draw}", draws.perform(draw).run.act)


def _of_incident(line: str) -> Trace:
    """Rehearse `incident NAME` on the example."""
    return trace_of(line, with_cage(_example(), CATALOG.get(line.removeprefix("incident "))))


@functools.cache
def _example() -> Script:
    service = json.loads((EXAMPLE / "service.json").read_text())
    task = (EXAMPLE / "task-definition.json").read_text()
    return Script.of(service, json.loads(task.replace("${IMAGE_TAG:-latest}", "latest")))


def _trace(line: str) -> Trace:
    rehearse: Callable[[str], Trace] = _of_seed if line.startswith("seed ") else _of_incident
    return rehearse(line)


def _lines(seeds: int) -> Iterator[str]:
    stage = _example().stage()
    fit = (name for name, i in CATALOG.items() if i.inapplicable(stage) is None)
    yield from (f"incident {name}" for name in ("none", *fit))
    yield from (f"seed {seed}" for seed in range(seeds))


def read(path: Path) -> list[Trace]:
    """Return the traces on record."""
    rows = (line.split("\t") for line in path.read_text().splitlines())
    return [Trace(what, ended, int(calls), digest) for what, ended, calls, digest in rows]


def all_of(lines: Sequence[str], jobs: int) -> Iterable[Trace]:
    """Rehearse each on all cores, and yield the traces in order."""
    with multiprocessing.Pool(jobs) as pool:
        yield from pool.imap(_trace, lines, chunksize=10)


def main() -> int:
    """Compare with the record, or make it; return 1 if something differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help="put today's traces on record")
    parser.add_argument("--file", type=Path, default=RECORD, help="the record")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    if asked.record:
        rows = ("\t".join(map(str, trace)) for trace in all_of([*_lines(SEEDS)], asked.jobs))
        asked.file.write_text("".join(f"{row}\n" for row in rows))
        return 0
    before = read(asked.file)
    now = list(all_of([trace.what for trace in before], asked.jobs))
    differ = [(old, new) for old, new in zip(before, now, strict=True) if old != new]
    for old, new in differ:
        print(f"{old.what}\n  was {old.ended}, {old.calls} calls\n  is  {new.ended}, {new.calls}")
    whole = hashlib.sha256("\n".join(t.digest for t in now).encode()).hexdigest()[:16]
    print(f"{len(now)} traces, {len(differ)} differ; all of them: {whole}")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
