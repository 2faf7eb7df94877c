"""What every operation has around its own story: begin, end, and one true last word."""

from __future__ import annotations

import dataclasses
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import datetime

from cage.availability.ledger import Ledger
from cage.locking.lock import Lock
from cage.model import events
from cage.model.errors import (
    AwsError,
    AwsUnavailableError,
    CageError,
    CredentialsError,
    InternalError,
    NotFoundError,
    RefusedError,
    UsageError,
)
from cage.model.events import Step
from cage.model.outcome import (
    Aborted,
    Diagnosis,
    Inconclusive,
    Interrupted,
    Outcome,
    Passed,
    Unproven,
    Verdict,
    service_changed,
)
from cage.model.result import Result
from cage.model.revisions import Revision
from cage.model.services import Service
from cage.options.request import Request
from cage.ports.ecs import Ecs
from cage.rollout import next_step as afterwards
from cage.runtime import clock
from cage.runtime.interruption import Interruption
from cage.runtime.journal import Journal

_RESUMABLE = frozenset({"rollout", "resume"})
"""Operations that start a canary, by which another run finds what they left."""


def new_rollout_id(now: datetime, draw: Callable[[], float] | None = None) -> str:
    """Return a name for a rollout that sorts by time, as `20300107-090012-3f9c01ab`."""
    return f"{now:%Y%m%d-%H%M%S}-{int((draw or random.SystemRandom().random)() * 0x100000000):08x}"


@dataclasses.dataclass(slots=True)
class Progress:
    """How far a story has come: what the last word is made of if it breaks off.

    Attributes:
        changed: Whether the service has been changed, or may have been.
    """

    step: Step = Step.REQUIRE
    changed: bool = False
    revision: Revision | None = None
    service: Service | None = None
    left_behind: tuple[str, ...] = ()
    canaries_left: tuple[str, ...] = ()
    diagnosis: Diagnosis | None = None
    ledger: Ledger = dataclasses.field(default_factory=Ledger)


class Story:
    """One operation's run: its journal, how far it has come, and how it ends.

    Attributes:
        began: When it began, on `clock.monotonic()`.
        lock: The service's lock, where the request asks for it.
    """

    def __init__(
        self, operation: str, request: Request, journal: Journal, interruption: Interruption
    ) -> None:
        self.operation = operation
        self.request = request
        self.journal = journal
        self.interruption = interruption
        self.progress = Progress()
        self.began = 0.0
        self.lock: Lock | None = None

    def step(self, step: Step, title: str) -> None:
        """Begin a step."""
        self.progress.step = step
        self.journal.tell(events.StepStarted(step, title))

    def diagnosed(self, found: Diagnosis | None) -> None:
        """Tell why tasks failed, if anybody knows."""
        if found is not None:
            self.progress.diagnosis = self.journal.tell(events.Diagnosed(found)).diagnosis

    async def run(self, tell_it: Callable[[], Awaitable[Outcome]]) -> Result:
        """Run the operation's own story, and end it truthfully whatever happens.

        Raises:
            UsageError: The call can't be used; nothing was changed.
        """
        request = self.request
        start = clock.now()
        began = self.began = clock.monotonic()
        self.journal.tell(
            events.OperationStarted(
                operation=self.operation,
                region=request.region,
                cluster=request.cluster,
            )
        )
        outcome: Outcome | None = None
        broke_off = True
        with self.interruption.work():
            try:
                outcome = await tell_it()
                broke_off = False
            except (AwsError, RefusedError) as error:
                outcome = self._broken_off(error)
            except UsageError as error:
                self._finish(self._broken_off(error), began, "")
                raise
            except Exception as error:
                logging.getLogger("cage").debug("an internal error", exc_info=True)
                outcome = self._broken_off(InternalError(error))
        if outcome is None:
            outcome = self._interrupted()
        resume = self._resume(outcome, broke_off=broke_off)
        finished = self._finish(outcome, began, resume)
        return Result(
            rollout_id=finished.rollout_id,
            outcome=finished.outcome,
            start_time=start,
            end_time=clock.now(),
            task_definition=self.progress.revision,
            service=self.progress.service,
            left_behind=self.journal.mask.value(self.progress.left_behind),
            diagnosis=self.progress.diagnosis,
            availability=finished.availability,
            resume=finished.resume,
            canaries_left=finished.canaries_left,
            operation=finished.operation,
        )

    def aborted(self, verdict: Verdict) -> Aborted:
        """Return the outcome of a story that a verdict ends before the service is changed."""
        if isinstance(verdict, Passed):
            return Aborted(self.progress.step, "", verdict.message)
        return Aborted(
            step=self.progress.step,
            reason=verdict.reason,
            message=verdict.message,
            remedy=verdict.remedy,
            inconclusive=isinstance(verdict, Inconclusive),
        )

    def _resume(self, outcome: Outcome, *, broke_off: bool) -> str:
        """Return the command that carries on or cleans up; empty if nothing is left to do."""
        progress = self.progress
        return afterwards.command(
            self.request,
            outcome,
            resumable=self.operation in _RESUMABLE,
            half_way=broke_off and progress.changed,
            left=bool(progress.left_behind or progress.canaries_left),
        )

    def _finish(self, outcome: Outcome, began: float, resume: str) -> events.OperationFinished:
        availability = self.progress.ledger.summary()
        took_s = clock.monotonic() - began
        changed = service_changed(outcome)
        left = self.progress.canaries_left
        return self.journal.tell(
            events.OperationFinished(
                outcome, changed, took_s, availability, resume, left, self.operation
            )
        )

    def _broken_off(self, error: CageError) -> Outcome:
        reason = type(error).__name__.removesuffix("Error")
        if isinstance(error, AwsError) and error.code:
            reason = error.code
        message = f"{error.what} {error.why}".strip()
        if self.progress.changed:
            return Unproven(reason, message, afterwards.first_of_all(error))
        left = bool(self.progress.canaries_left)
        return Aborted(
            step=self.progress.step,
            reason=reason,
            message=message,
            remedy=afterwards.first_of_all(error) if left else error.next_step,
            inconclusive=isinstance(error, AwsUnavailableError | CredentialsError),
        )

    def _interrupted(self) -> Outcome:
        signal = self.interruption.signal or "cancelled"
        return Interrupted(
            signal,
            self.progress.changed,
            f"{signal} came in step {self.progress.step}",
        )


async def required_service(ecs: Ecs, story: Story) -> Service:
    """Return the service that the story is about, as ECS describes it now.

    Raises:
        NotFoundError: There is none.
    """
    request = story.request
    service = await ecs.find_service(request.cluster, request.service)
    if service is None:
        raise NotFoundError(
            f"There is no service {request.service} in cluster {request.cluster}.",
            f"Asked in Region {request.region}.",
            "Check --service, --cluster and --region; a new service is made with cage up.",
            operation="DescribeServices",
            code="ServiceNotFoundException",
        )
    story.progress.service = service
    return service
