"""The frame around every operation: its beginning, its end, and one true verdict."""

from __future__ import annotations

import contextlib
import logging
import random
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime

from cage.canary.leaving import Leaving
from cage.canary.task import Canary
from cage.context import Context
from cage.diagnosis.doctor import Doctor
from cage.locking.lock import Lock
from cage.model import events
from cage.model.errors import (
    AwsError,
    AwsUnavailableError,
    CageError,
    CredentialsError,
    InternalError,
    RefusedError,
    UsageError,
)
from cage.model.events import Step
from cage.model.outcome import (
    Aborted,
    Diagnosis,
    Failed,
    Inconclusive,
    Interrupted,
    Outcome,
    StillFinishing,
    Unproven,
    service_changed,
)
from cage.model.result import Result
from cage.model.revisions import Revision
from cage.model.services import Service
from cage.options.request import Request
from cage.rollout import last_word, next_step
from cage.rollout.guards import Guards
from cage.rollout.watch import Watch
from cage.runtime import clock

_RESUMABLE = frozenset({"rollout", "resume"})
"""Operations that start a canary, by which another run finds what was not cleaned up."""


def new_rollout_id(now: datetime, draw: Callable[[], float] | None = None) -> str:
    """Return a name for a rollout that sorts by time, such as `20300107-090012-3f9c01ab`."""
    return f"{now:%Y%m%d-%H%M%S}-{int((draw or random.SystemRandom().random)() * 0x100000000):08x}"


class Run:
    """One operation's run: its context, its progress, and how it ended.

    Attributes:
        request: The options; an operation that starts again uses the revision it registered.
        began: When it began, on `clock.monotonic()`.
        leaving: Removes canaries of dead rollouts alongside.
        guards: The alarms that must stay quiet until the end.
        watch: Counts the service's healthy targets.
        doctor: Explains why tasks failed.
        lock: The service's lock, if the request asks for it.
        at: The current step.
        updated: Whether AWS has certainly accepted an update of the service.
        outcome: How the operation ended; None until it has.
    """

    def __init__(self, operation: str, context: Context, request: Request) -> None:
        self.operation = operation
        self.context = context = context.counting()
        self.request = request
        context.ledger.floor = request.floor
        self.began = clock.monotonic()
        self.leaving = Leaving(context)
        self.guards = Guards(context, request.checks.alarms)
        self.watch = Watch(context)
        self.doctor = Doctor(context, clock.now())
        self.lock: Lock | None = None
        self.at = Step.REQUIRE
        self.changed = False
        self.updated = False
        self.revision: Revision | None = None
        self.service: Service | None = None
        self.left_behind: tuple[str, ...] = ()
        self.canaries_left: tuple[str, ...] = ()
        self.diagnosis: Diagnosis | None = None
        self.outcome: Outcome | None = None
        self._start = clock.now()
        self._result: Result | None = None

    @property
    def changed(self) -> bool:
        """Whether the service has been changed, or might have been."""
        return self.context.interruption.changed

    @changed.setter
    def changed(self, changed: bool) -> None:
        self.context.interruption.changed = changed

    def step(self, step: Step, title: str) -> None:
        """Begin a step."""
        self.at = step
        self.context.tell(events.StepStarted(step, title))

    def diagnosed(self, found: Diagnosis | None) -> None:
        """Report why tasks failed, if anything is known."""
        if found is not None:
            self.diagnosis = self.context.tell(events.Diagnosed(found)).diagnosis

    def aborted(self, verdict: Failed | Inconclusive) -> Aborted:
        """Return the outcome of an operation that a verdict ends before the service is changed."""
        return Aborted(
            step=self.at,
            reason=verdict.reason,
            message=verdict.message,
            remedy=verdict.remedy,
            inconclusive=isinstance(verdict, Inconclusive),
        )

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        """Count the service as changed by the body, unless AWS certainly refused."""
        self.changed = True
        try:
            yield
        except AwsError as error:
            self.changed = error.may_have_happened
            raise
        self.updated = True

    @contextlib.asynccontextmanager
    async def cleaned_up(self, canary: Canary) -> AsyncIterator[None]:
        """Remove the canary on leaving, whatever happened; record what can't be removed."""
        try:
            async with canary:
                yield
        finally:
            self.left_behind += canary.left_behind
            self.canaries_left += canary.tasks_left

    @contextlib.asynccontextmanager
    async def told(self) -> AsyncIterator[None]:
        """Report the operation in the body; on leaving, report its true end, whatever happened.

        Raises:
            UsageError: The request can't be used; nothing was changed.
        """
        place = self.context.place
        self.context.tell(
            events.OperationStarted(
                operation=self.operation, region=place.region, cluster=place.cluster
            )
        )
        broke_off = True
        with self.context.interruption.work():
            try:
                yield
                broke_off = False
                # One look before the last line: canaries drain for minutes.
                self.outcome = await last_word.true_now(self.context, self.outcome, self.service)
            except (AwsError, RefusedError) as error:
                self.outcome = self._broken_off(error)
            except UsageError as error:
                self._finish(self._broken_off(error))
                raise
            except Exception as error:
                logging.getLogger("cage").debug("an internal error", exc_info=True)
                self.outcome = self._broken_off(InternalError(error))
        if self.outcome is None:
            signal = self.context.interruption.signal or "canceled"
            text = f"{signal} while {self.at.doing}"
            self.outcome = Interrupted(signal, self.changed, text)
        resume = next_step.command(
            self.request,
            self.outcome,
            resumable=self.operation in _RESUMABLE,
            half_way=broke_off and self.changed,
            left=bool(self.left_behind or self.canaries_left),
        )
        self._finish(self.outcome, resume)

    def _finish(self, outcome: Outcome, resume: str = "") -> None:
        """Report the end, and keep it as it was reported: masked."""
        told = self.context.tell(
            events.OperationFinished(
                outcome,
                service_changed(outcome),
                clock.monotonic() - self.began,
                self.context.ledger.summary(),
                resume,
                self.canaries_left,
                self.operation,
                self.operation in _RESUMABLE and self.request.no_canary,
            )
        )
        self._result = Result(
            rollout_id=told.rollout_id,
            outcome=told.outcome,
            start_time=self._start,
            end_time=clock.now(),
            task_definition=self.revision,
            service=self.service,
            left_behind=self.context.journal.mask.value(self.left_behind),
            diagnosis=self.diagnosis,
            availability=told.availability,
            resume=told.resume,
            canaries_left=told.canaries_left,
            operation=told.operation,
            no_canary=told.no_canary,
        )

    @property
    def result(self) -> Result:
        """The result of the operation, once it has ended."""
        if self._result is None:
            raise RuntimeError("the story has not ended")
        return self._result

    def _broken_off(self, error: CageError) -> Outcome:
        reason = type(error).__name__.removesuffix("Error")
        if isinstance(error, AwsError) and error.code:
            reason = error.code
        message = f"{error.what} {error.why}".strip()
        if self.updated and self.at is Step.PROVE and isinstance(error, CredentialsError):
            # ECS continues without cage, and nothing is known to be wrong.
            return StillFinishing("", reason, message, next_step.first_of_all(error))
        if self.changed:
            return Unproven(reason, message, next_step.first_of_all(error))
        left = bool(self.canaries_left)
        return Aborted(
            step=self.at,
            reason=reason,
            message=message,
            remedy=next_step.first_of_all(error) if left else error.next_step,
            inconclusive=isinstance(error, AwsUnavailableError | CredentialsError),
        )
