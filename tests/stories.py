"""Telling stories: a rehearsal with everything that the tests ask about it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeVar

from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.invariants import INVARIANTS, Run, violations
from cage.rehearsal.script import Act, Script, with_cage
from cage.rehearsal.shapes import SHAPES

if TYPE_CHECKING:
    from collections.abc import Callable

    from cage.model.events import Event
    from cage.model.outcome import Outcome
    from cage.rehearsal.stage import Stage
    from cage.runtime.interruption import Interruption

E = TypeVar("E")


@dataclasses.dataclass(frozen=True)
class Story:
    """A told story: how it ended, and what was said and called on the way."""

    act: Act
    events: tuple[Event, ...]

    @property
    def outcome(self) -> Outcome:
        assert self.act.result is not None, self.act.error
        return self.act.result.outcome

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]


def tell(  # noqa: PLR0913  a story has many parts
    shape: str = "fargate",
    incident: str | None = None,
    *,
    seed: int = 0,
    prepare: Callable[[Stage], None] | None = None,
    interruption: Interruption | None = None,
    sink: Callable[[Event], None] | None = None,
    holds: bool = True,
    but: tuple[str, ...] = (),
    **differences: object,
) -> Story:
    """Roll a service of that shape out in the simulator; every invariant must hold, `but` those."""
    script: Script = SHAPES[shape]().but(seed=seed, **differences)
    told: list[Event] = []
    chosen = CATALOG[incident] if incident else None
    before: list[str] = []

    def note_before(stage: Stage) -> None:
        if prepare is not None:
            prepare(stage)
        before.append(stage.service.primary.revision.arn)

    sinks = (told.append,) if sink is None else (told.append, sink)
    act = with_cage(script, chosen, sinks, note_before, interruption)
    if holds:
        wrong = (chosen,) if chosen else ()
        run = Run(script, wrong, act, tuple(told), before[0], usual=chosen is not None)
        broken = violations(run, [i for i in INVARIANTS if i.__name__ not in but])
        assert not broken, "; ".join(broken)
    return Story(act, tuple(told))
