"""Queries AWS about a failure: the log's last lines, the service's events."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime

import anyio

from cage.context import Context
from cage.diagnosis import exits
from cage.diagnosis.log_streams import log_stream
from cage.diagnosis.stopped import account, cause_of, guilty
from cage.model.errors import AwsError, NotFoundError
from cage.model.outcome import Diagnosis, Failed, Inconclusive
from cage.model.revisions import Revision
from cage.model.tasks import Container, Task
from cage.runtime import clock

LOG_LINES = 10
EVENTS = 10

BOUND_S = 30.0
"""Time limit for all queries: an explanation never delays anything for long."""

_AGAIN_S = 2.0
"""The last lines of a log arrive shortly after the container has ended."""


@dataclasses.dataclass(frozen=True, slots=True)
class Doctor:
    """Explains failures of one service's tasks.

    Attributes:
        since: The service's events from then on are shown.
    """

    context: Context
    since: datetime

    async def of_canary(
        self, task: Task, revision: Revision, verdict: Failed | Inconclusive
    ) -> Diagnosis:
        """Explain why a canary didn't pass. Anything that AWS doesn't report is omitted."""
        known = Diagnosis("canary", verdict.reason, verdict.message, verdict.remedy, 1, task.arn)
        return await self._explain(known, task, revision)

    async def of_tasks(self, tasks: Sequence[Task], revision: Revision) -> Diagnosis | None:
        """Explain why a service's own tasks failed, by their most common cause."""
        if not tasks:
            return None
        causes = [cause_of(task) for task in tasks]
        cause = max(causes, key=causes.count)
        last = next(t for t in reversed(tasks) if cause_of(t) is cause)
        known = Diagnosis(
            "service", cause.name, account(last), cause.remedy, causes.count(cause), last.arn
        )
        return await self._explain(known, last, revision)

    async def _explain(self, known: Diagnosis, task: Task, revision: Revision) -> Diagnosis:
        container = guilty(task) if task.stopping else None
        name = container.name if container else _first_essential(revision)
        lines: tuple[str, ...] = ()
        told: tuple[str, ...] = ()
        note = "AWS gave no answer in time"
        with anyio.move_on_after(BOUND_S):
            lines, note = await self._log(task, revision, name, container)
            told = await self._events()
        told_of = container or task.container(name)
        return dataclasses.replace(
            known,
            container=name,
            exit_code=told_of.exit_code if told_of else None,
            exit_meaning=exits.meaning(told_of) if told_of else "",
            log=lines,
            log_note=note,
            events=told,
        )

    async def _log(
        self, task: Task, revision: Revision, name: str, container: Container | None
    ) -> tuple[tuple[str, ...], str]:
        """Return a container's last log lines, or why there are none."""
        if container is not None and container.exit_code is None:
            return (), "the container never started"
        stream = log_stream(revision.raw, name, task.id)
        if isinstance(stream, str):
            return (), stream
        logs = self.context.gateway.logs
        if logs is None:
            return (), "no client for CloudWatch Logs was given"
        note = f"{stream} is empty"
        lines: tuple[str, ...] = ()
        for again in (container is not None, False):
            try:
                lines = await logs.tail(stream, LOG_LINES)
            except NotFoundError:
                pass
            except AwsError as error:
                return (), f"log group {stream.group} can't be read: {error.what}"
            if lines:
                return lines, ""
            if again:
                await clock.sleep(_AGAIN_S)
        return (), note

    async def _events(self) -> tuple[str, ...]:
        """Return the service's newest events since the start, oldest first."""
        try:
            service = await self.context.service.describe()
        except AwsError:
            return ()
        if service is None:
            return ()
        fresh = [e.message for e in service.events if e.at >= self.since]
        return tuple(reversed(fresh[:EVENTS]))


def _first_essential(revision: Revision) -> str:
    essential = [c.name for c in revision.containers if c.essential]
    return essential[0] if essential else ""
