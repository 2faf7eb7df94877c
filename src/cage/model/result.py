"""The result of an operation."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from cage.model.outcome import Availability, Diagnosis, Outcome, Promoted, service_changed
from cage.model.revisions import Revision
from cage.model.services import Service


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """How an operation ended.

    Attributes:
        start_time: When it began, UTC.
        end_time: When it ended, UTC.
        task_definition: The revision that was rolled out; None if it ended before that.
        service: The service as last seen.
        left_behind: Resources that could not be cleaned up, one line each, with how to remove each.
        availability: How many targets were healthy throughout; None if cage did not poll them.
        diagnosis: Why tasks failed; None if none failed, or if the operation ended before that.
        resume: The command that continues or cleans up; empty if nothing is left to do.
        canaries_left: ARNs of canary tasks that were not cleaned up. One is empty if a task
            might have been started that cage does not know.
        operation: The kind of operation, same as in `cage.model.events.OperationStarted`.
        no_canary: Whether it was to change the service without checking a canary task first.
    """

    rollout_id: str
    outcome: Outcome
    start_time: datetime
    end_time: datetime
    task_definition: Revision | None
    service: Service | None
    left_behind: tuple[str, ...] = ()
    diagnosis: Diagnosis | None = None
    availability: Availability | None = None
    resume: str = ""
    canaries_left: tuple[str, ...] = ()
    operation: str = "rollout"
    no_canary: bool = False

    @property
    def service_intact(self) -> bool:
        """Whether the service is running the same revision as before."""
        return not service_changed(self.outcome)

    @property
    def succeeded(self) -> bool:
        """Whether the service is confirmed running the new revision."""
        return isinstance(self.outcome, Promoted)
