"""The journal: stamps and masks events, and hands them to reports."""

from __future__ import annotations

import copy
import dataclasses
import logging
from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias, TypeVar

from cage.masking.mask import Mask
from cage.model.events import Event
from cage.runtime import clock

Sink: TypeAlias = Callable[[Event], None]
E = TypeVar("E", bound=Event)


def guarded(sink: Sink) -> Sink:
    """Return a sink that never raises. After a failure, it logs the error and drops later events.

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
    """Stamps and masks events, and hands them to every sink at once, in order.

    Args:
        rollout_id: The id that every event carries.
        sinks: Receive every event. Wrap one that might be slow in a `Delivery`.
        service: The service that the events are about; empty for a whole cluster.
        mask: Hides secrets in every text of every event.
    """

    def __init__(
        self,
        rollout_id: str,
        sinks: tuple[Sink, ...] = (),
        service: str = "",
        mask: Mask | None = None,
    ) -> None:
        self.rollout_id = rollout_id
        self.service = service
        self.mask = mask or Mask()
        self._sinks = tuple(map(guarded, sinks))

    def about(self, service: str) -> Journal:
        """Return this journal for events about one service."""
        found = copy.copy(self)
        found.service = service
        return found

    def stamped(self, event: E, at: datetime) -> E:
        """Return the event as sinks receive it: stamped and masked."""
        stamped = dataclasses.replace(
            event, at=at, rollout_id=self.rollout_id, service=self.service
        )
        return self.mask.value(stamped)

    def tell(self, event: E) -> E:
        """Stamp and mask the event, hand it to the sinks, and return it as they received it."""
        told = self.stamped(event, clock.now())
        for sink in self._sinks:
            sink(told)
        return told
