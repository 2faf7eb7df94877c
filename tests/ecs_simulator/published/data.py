"""The situations and traces of traces.toml."""

from __future__ import annotations

import dataclasses
import functools
import tomllib
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("traces.toml")


@dataclasses.dataclass(frozen=True, slots=True)
class Situation:
    """How a service is set up, and what happens to it. Times in seconds.

    Attributes:
        play: The name of the play in plays.py.
        assumed: The settings that the logs don't show.
        breaker: `` (off), `stop`, or `rollback`.
        balanced: Whether the service has a load balancer.
        container_check: The container's health check; without it, there is none.
        deaf: Whether the tasks ignore SIGTERM.
        strategy: `CANARY`, or empty for a rolling deployment.
        hangs: How many tasks stop answering.
        fails_after_s: From a task's start until it fails to start.
        exits_after_s: From RUNNING until the container exits.
        supersedes_after_s: From one deployment to the next.
        lasts_s: How long the simulator is observed.
    """

    name: str
    words: str
    play: str
    launch: str
    desired: int
    assumed: tuple[str, ...] = ()
    minimum: int = 100
    maximum: int = 200
    breaker: str = ""
    grace_s: float = 0.0
    balanced: bool = False
    protocol: str = "HTTP"
    interval_s: float = 30.0
    healthy_threshold: int = 5
    unhealthy_threshold: int = 2
    delay_s: float = 300.0
    container_check: tuple[tuple[str, int], ...] = ()
    deaf: bool = False
    strategy: str = ""
    hangs: int = 1
    fails_after_s: float = 30.0
    exits_after_s: float = 25.0
    supersedes_after_s: float = 230.0
    lasts_s: float = 900.0


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """A milestone that was seen.

    Attributes:
        at: Seconds after the trace's first milestone.
        count: How many tasks or targets it was.
        given: Whether the application or the tester decided when it came, not ECS.
        differs: Why the simulator's interval doesn't contain this one; empty if it does.
        apart: Why the simulator never writes one event of so many; empty if it does.
    """

    at: float
    what: str
    count: int = 1
    given: bool = False
    differs: str = ""
    apart: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Trace:
    """What was seen of one service.

    Attributes:
        date: As the log shows it: a day, a month, or `unknown`.
        source: A public address, or `published log`.
        precision_s: How exact the times are.
        cut: How many earlier milestones of a kind the log doesn't show.
    """

    name: str
    situation: Situation
    date: str
    source: str
    seen: tuple[Seen, ...]
    precision_s: float = 0.0
    cut: dict[str, int] = dataclasses.field(default_factory=dict)
    note: str = ""


@functools.cache
def traces() -> tuple[Trace, ...]:
    """Return all traces; a key or a situation that isn't known is an error."""
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    known = {s["name"]: _situation(s) for s in raw["situations"]}
    return tuple(_trace(known, t) for t in raw["traces"])


def _situation(raw: dict[str, Any]) -> Situation:
    check = tuple(raw.get("container_check", {}).items())
    return Situation(**{**raw, "assumed": tuple(raw.get("assumed", ())), "container_check": check})


def _trace(known: dict[str, Situation], raw: dict[str, Any]) -> Trace:
    seen = tuple(Seen(**entry) for entry in raw["seen"])
    return Trace(**{**raw, "situation": known[raw["situation"]], "seen": seen})
