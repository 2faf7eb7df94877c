"""The aws CLI, ecs-deploy and cage on the same endpoint, with the same incidents.

Run it as `make peers`, or `python -m benchmarks.peers INCIDENT ...`. SCALE says how many times
as fast as real time the worlds live, WORKERS how many rollouts run side by side.
"""

from __future__ import annotations

import collections
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor

from benchmarks.contest import TOOLS, Ran, judge
from benchmarks.judging import told_the_truth
from cage.rehearsal.incidents.catalog import CATALOG

INCIDENTS = (
    "none",
    "bad-image",
    "essential-exit",
    "missing-secret",
    "security-group",
    "slow-start",
    "unhealthy-container",
    "no-capacity",
    "capacity-runs-out",
    "crash-after-promotion",
    "fails-under-load",
    "throttling",
    "server-errors",
    "lost-update",
    "deny-run-task",
    "deny-update-service",
    "somebody-deploys-over-it",
    "somebody-goes-back",
    "spot-interruption",
)
_HEADER = """\
Each tool rolls the same task definition out to the same service (examples/web: 3 tasks, minimum
healthy 50 %, circuit breaker with rollback), in a world of its own that is made from the same
seed. A world lives {scale:g} times as fast as real time. Not scaled are cage's own waits and
the start of a process: so times are too long, cage's most of all.

says      by exit code and last lines: deployed; failed; unchanged: the service was never touched;
          rolled back: changed, and on the old revision again; not known: it stopped waiting
became    the service, once it has settled: new revision, old one, somebody other's, or unsettled:
          its deployment goes on after two more hours, or failed with nothing in its place
truth?    yes or NO: what it says is so, or isn't; open: it says that it doesn't know
canary?   whether an extra task still runs; only cage starts one
fewest    healthy targets, at the worst moment until the service settled
time      until the tool ended, in the world's minutes

deny-run-task and spot-interruption happen to the canary only: the others are spared.
"""
_LAYOUT = "{:<25} {:<11} {:<10} {:<10} {:<7} {:<8} {:<7} {:>5}"
_HEADING = ("incident", "tool", "says", "became", "truth?", "canary?", "fewest", "time")
_TRUTH = {True: "yes", False: "NO", None: "open"}


def row(incident: str, tool: str, ran: Ran) -> str:
    """Return a tool's line in the table."""
    return _LAYOUT.format(
        incident,
        tool,
        ran.claim.value,
        ran.end.became.value,
        _TRUTH[told_the_truth(ran.claim, ran.end)],
        f"{ran.canaries} left" if ran.canaries else "no",
        f"{ran.fewest} of {ran.before}",
        f"{ran.took_s / 60:.0f}",
    )


def summary(every: dict[str, list[Ran]]) -> list[str]:
    """Return a line for each tool: how often it told the truth, and what it cost."""
    lines = []
    for tool, rans in every.items():
        count = collections.Counter(told_the_truth(r.claim, r.end) for r in rans)
        hurt = sum(r.fewest < r.before for r in rans if r.end.became.value != "new")
        lines.append(
            f"{tool}: {count[True]} of {len(rans)} true, {count[False]} false, {count[None]} open; "
            f"healthy targets lost without a deployment: {hurt}; "
            f"canaries left: {sum(r.canaries for r in rans)}"
        )
    return lines


def usable() -> list[str]:
    """Return the tools that are installed, and say which aren't."""
    found = []
    for name, (program, _) in TOOLS.items():
        if program.exists():
            found.append(name)
        else:
            print(f"{name} is left out: {program} isn't there. make .venv-peers/ready makes it.\n")
    return found


def main(incidents: tuple[str, ...], scale: float, workers: int) -> None:
    """Print a line for each incident and tool, and a summary.

    Raises:
        SystemExit: There is no such incident.
    """
    unknown = [name for name in incidents if name != "none" and name not in CATALOG]
    if unknown:
        raise SystemExit(f"There is no incident {unknown[0]}. See cage rehearse --list-incidents.")
    tools = usable()
    print(_HEADER.format(scale=scale))
    print(_LAYOUT.format(*_HEADING), flush=True)
    every: dict[str, list[Ran]] = {tool: [] for tool in tools}
    # A process for each: moto's account, and the simulator's clients, are a process's own.
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=fresh) as pool:
        pending = [
            (incident, tool, pool.submit(judge, incident, tool, scale))
            for incident in incidents
            for tool in tools
        ]
        for incident, tool, future in pending:
            ran = future.result()
            every[tool].append(ran)
            print(row(incident, tool, ran), flush=True)
            if os.environ.get("WORDS"):
                print(f"    {ran.last_line}", flush=True)
    print()
    print("\n".join(summary(every)))


if __name__ == "__main__":
    main(
        tuple(sys.argv[1:]) or INCIDENTS,
        float(os.environ.get("SCALE", "10")),
        int(os.environ.get("WORKERS", "8")),
    )
