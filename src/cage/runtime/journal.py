"""Where events are told."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable
from typing import TypeAlias

from cage.model.events.union import Event
from cage.runtime import clock

Sink: TypeAlias = Callable[[Event], None]


def guarded(sink: Sink) -> Sink:
    """Return a sink that never raises: once it fails, this is logged and it gets no more events.

    A report must never fail a rollout.
    """
    failed = False

    def hand_on(event: Event) -> None:
        nonlocal failed
        if failed:
            return
        try:
            sink(event)
        except Exception as error:  # noqa: BLE001  whatever it is, the rollout continues
            failed = True
            log_failure(error)

    return hand_on


def log_failure(error: Exception) -> None:
    """Log why a report gets no more events."""
    if isinstance(error, BrokenPipeError):
        return  # the reader closed the pipe, and knows
    log = logging.getLogger("cage")
    log.warning("A report failed and gets no more events: %r", error)
    log.debug("the report's error", exc_info=error)


class Journal:
    """Stamps events and hands them to every sink at once, in order.

    Args:
        rollout_id: The id that every event carries.
        sinks: Who is told. One that may be slow belongs into a `Delivery`.
    """

    def __init__(self, rollout_id: str, sinks: tuple[Sink, ...] = ()) -> None:
        self.rollout_id = rollout_id
        self._sinks = tuple(map(guarded, sinks))

    def tell(self, event: Event) -> None:
        """Stamp the event with time and rollout id, and hand it on."""
        stamped = dataclasses.replace(event, at=clock.now(), rollout_id=self.rollout_id)
        for sink in self._sinks:
            sink(stamped)
