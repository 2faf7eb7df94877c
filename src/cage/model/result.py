"""What an operation gives back."""

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
        left_behind: What could not be cleaned up, one line each, with how to remove it.
        availability: How many targets were healthy throughout; None if no one looked.
        diagnosis: Why tasks failed; None if none did, or it ended before.
        resume: The command that carries on or cleans up; empty if nothing is left to do.
        canaries_left: ARNs of the canary tasks that are left behind; one is empty where a
            task may have started that no one knows.
        operation: What ended, as in `cage.model.events.OperationStarted`.
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

    @property
    def service_intact(self) -> bool:
        """Whether the service runs what it ran before."""
        return not service_changed(self.outcome)

    @property
    def succeeded(self) -> bool:
        """Whether the service is proven to run the new revision."""
        return isinstance(self.outcome, Promoted)
