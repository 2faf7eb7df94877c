"""Many seeds on all cores: `make sweep SEEDS=N` prints failures, shrunk, and the coverage."""

from __future__ import annotations

import argparse
import functools
import multiprocessing
import os
import re
import sys
from collections.abc import Iterator

from cage.rehearsal import draws
from cage.rehearsal.draws import Coverage, Draw, Performance
from cage.rehearsal.incidents.triggers import KilledError
from cage.rehearsal.shapes import SHAPES
from cage.reports.plain import Plain, since_start

_BLOCK = 50
_TOLD = 5
"""So many failures are shrunk and told; the others are only named."""


def _block(
    seeds: range, among: tuple[str, ...]
) -> tuple[Coverage, list[tuple[Draw, tuple[str, ...]]]]:
    """Perform a block of seeds; return what was met, and what failed with which lines."""
    coverage = Coverage()
    failed: list[tuple[Draw, tuple[str, ...]]] = []
    for seed in seeds:
        performance = _performed(seed, among)
        coverage.add(performance)
        if performance.broken:
            failed.append((performance.draw, performance.broken))
    return coverage, failed


def _performed(seed: int, among: tuple[str, ...]) -> Performance:
    """Perform a seed's draw; what breaks the simulator itself names the seed, and ends all."""
    try:
        return draws.perform(draws.draw(seed, among))
    except KilledError as escaped:
        # A worker that it ends takes its block with it, and the pool waits for ever.
        raise RuntimeError(f"seed {seed}: the process was killed, and nobody resumed") from escaped
    except Exception as broken:
        broken.add_note(f"seed {seed}")
        raise


def _blocks(first: int, count: int) -> Iterator[range]:
    for begin in range(first, first + count, _BLOCK):
        yield range(begin, min(begin + _BLOCK, first + count))


def _tell(draw: Draw, broken: tuple[str, ...]) -> None:
    """Shrink a failure, and tell its shortest story."""
    names = frozenset(line.partition(":")[0] for line in broken)
    smallest = draws.shrink(draw, draws.fails_as(names))
    print(f"\nseed {draw.seed} failed: {draw}")
    print(f"the smallest draw that fails so: {smallest}\n")
    performance: Performance = draws.perform(smallest, (Plain(sys.stdout, since_start()),))
    print("\n".join([*draws.describe(performance), *performance.broken]))
    print(f"repeat: {draws.repeat(smallest)}")


def main() -> int:
    """Sweep, report, and return 1 if a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--shapes", default="", help="draw only shapes whose name the regex finds")
    parser.add_argument("--every", action="store_true", help="name every combination never met")
    asked = parser.parse_args()
    among = tuple(name for name in SHAPES if re.search(asked.shapes, name))
    if not among:
        parser.error(f"no shape matches {asked.shapes!r}; there are: {', '.join(SHAPES)}")
    block = functools.partial(_block, among=among)
    coverage = Coverage()
    failed: list[tuple[Draw, tuple[str, ...]]] = []
    with multiprocessing.Pool(asked.jobs) as pool:
        for met, failures in pool.imap_unordered(block, _blocks(asked.first, asked.seeds)):
            coverage += met
            failed += failures
            for draw, broken in failures:
                print(f"seed {draw.seed} failed: {'; '.join(broken)}", file=sys.stderr)
            done = coverage.shapes.total()
            print(f"{done} of {asked.seeds} seeds, {len(failed)} failed", file=sys.stderr)
    failed.sort(key=lambda failure: failure[0].seed)
    for draw, broken in failed[:_TOLD]:
        _tell(draw, broken)
    print("\n" + "\n".join(coverage.lines(every=asked.every)))
    print(f"\n{coverage.shapes.total()} seeds, {len(failed)} failed")
    for draw, broken in failed:
        print(f"  seed {draw.seed}: {draw}: {'; '.join(broken)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
