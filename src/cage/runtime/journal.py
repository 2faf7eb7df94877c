"""Where events are told."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable
from typing import TypeAlias

from cage.model.events.union import Event
from cage.runtime import clock

Sink: TypeAlias = Callable[[Event], None]


class Journal:
    """Stamps events and hands them to every sink.

    A sink that raises is reported once, by `logging`, and then left out: a report must
    never fail a rollout.

    Args:
        rollout_id: The id that every event carries.
        sinks: Who is told.
    """

    def __init__(self, rollout_id: str, sinks: tuple[Sink, ...] = ()) -> None:
        self.rollout_id = rollout_id
        self._sinks = list(sinks)

    def tell(self, event: Event) -> None:
        """Stamp the event with time and rollout id, and hand it on."""
        stamped = dataclasses.replace(event, at=clock.now(), rollout_id=self.rollout_id)
        for sink in tuple(self._sinks):
            try:
                sink(stamped)
            except Exception as error:
                self._sinks.remove(sink)
                if isinstance(error, BrokenPipeError):
                    continue  # whoever read it has gone, and knows
                log = logging.getLogger("cage")
                log.warning("A report failed and is left out from here on: %r", error)
                log.debug("the report's error", exc_info=True)
