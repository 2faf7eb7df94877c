"""Performs a draw with the whole production stack, and checks every invariant after it."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable
from typing import Any

from cage.model.events import Event, Step, StepStarted
from cage.rehearsal.draws.draw import Draw, Planned
from cage.rehearsal.draws.variations import VARIATIONS
from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.incidents.incident import arm
from cage.rehearsal.invariants import INVARIANTS, Invariant, Run, violations
from cage.rehearsal.script import with_cage
from cage.rehearsal.stage import Stage
from cage.runtime.journal import Sink
from ecs_simulator.operations.times import EPOCH


@dataclasses.dataclass(frozen=True, slots=True)
class Performance:
    """The result of a draw.

    Attributes:
        broken: The invariants that don't hold, one line each.
        fired: The incidents that happened, each with the steps in which it happened.
        unfit: The incidents that can't happen to it, each with the reason.
    """

    draw: Draw
    run: Run
    broken: tuple[str, ...]
    fired: frozenset[tuple[str, Step]]
    unfit: tuple[tuple[str, str], ...]

    @property
    def broken_names(self) -> frozenset[str]:
        """The names of the invariants that don't hold."""
        return frozenset(line.partition(":")[0] for line in self.broken)

    @property
    def outcome(self) -> str:
        """The outcome, in one word."""
        result = self.run.act.result
        return type(result.outcome).__name__ if result is not None else "Refused"

    def trace(self) -> list[str]:
        """Return all events in the world and all calls, one line each."""
        act = self.run.act
        happened = [f"{h.at_s:.6f} {h.what} {h.who}" for h in act.stage.world.engine.trace]
        return happened + [f"{m.operation} {m.params} {m.done}" for m in act.made]


class _Director:
    """Makes each incident happen as planned, and records in which step it happens."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.told: list[Event] = []
        self.fired: set[tuple[str, Step]] = set()
        self.unfit: list[tuple[str, str]] = []
        self.armed: list[str] = []
        self.revision_before = ""
        self._stage: Stage | None = None
        self._step = Step.REQUIRE
        self._began_s: dict[Step, float] = {}
        self._waiting: list[Planned] = []

    def prepare(self, stage: Stage) -> None:
        """Prepare the stage before the rollout."""
        self._stage = stage
        self.revision_before = stage.service.primary.revision.arn
        for name, value in self.draw.varied:
            VARIATIONS[name].prepare(stage, value)
        self._waiting = [p for p in self.draw.incidents if p.step is not None]
        if self._waiting:
            stage.world.gates.append(self._gate)
        for planned in self.draw.incidents:
            if planned.step is None:
                self._arm(stage, planned.name)

    def follow(self, event: Event) -> None:
        """Follow the story."""
        self.told.append(event)
        if isinstance(event, StepStarted):
            self._step = event.step
            self._began_s.setdefault(event.step, (event.at - EPOCH).total_seconds())

    def _gate(self, _operation: str, _params: dict[str, Any]) -> None:
        stage = self._stage
        if stage is None or not self._waiting:
            return
        due = [p for p in self._waiting if self._is_due(p, stage.world.now)]
        self._waiting = [p for p in self._waiting if p not in due]
        for planned in due:
            self._arm(stage, planned.name)

    def _is_due(self, planned: Planned, now_s: float) -> bool:
        began_s = self._began_s.get(planned.step) if planned.step else None
        return began_s is not None and now_s >= began_s + planned.after_s

    def _arm(self, stage: Stage, name: str) -> None:
        incident = CATALOG[name]
        reason = incident.inapplicable(stage)
        if reason is not None:
            self.unfit.append((name, reason))
            return
        self.armed.append(name)
        arm(stage, incident, functools.partial(self._note, name))

    def _note(self, name: str) -> None:
        self.fired.add((name, self._step))


def perform(
    draw: Draw, sinks: tuple[Sink, ...] = (), invariants: Iterable[Invariant] = INVARIANTS
) -> Performance:
    """Roll out as drawn, with production's own code, and check every invariant.

    Raises:
        RefusedError: The service as drawn doesn't become steady.
    """
    director = _Director(draw)
    act = with_cage(draw.script(), None, (director.follow, *sinks), director.prepare)
    armed = [p for p in draw.incidents if p.name in director.armed]
    # An incident that wasn't seen happening doesn't decide which outcome is right.
    seen = {name for name, _ in director.fired}
    run = Run(
        script=draw.script(),
        incidents=tuple(CATALOG[p.name] for p in armed),
        act=act,
        events=tuple(director.told),
        revision_before=director.revision_before,
        usual=draw.usual and all(p.name in seen for p in armed),
        midway=any(p.step is not None for p in armed),
    )
    return Performance(
        draw=draw,
        run=run,
        broken=tuple(violations(run, invariants)),
        fired=frozenset(director.fired),
        unfit=tuple(director.unfit),
    )
