"""Describes why a task stopped. Pure functions."""

from __future__ import annotations

from cage.diagnosis import exits
from cage.diagnosis.cause import Cause
from cage.diagnosis.causes import cause_in
from cage.model.outcome import Failed
from cage.model.tasks import Container, Task


def cause_of(task: Task) -> Cause:
    """Return the cause of a task's stop."""
    return cause_in(_whole(task))


def guilty(task: Task) -> Container | None:
    """Return the container that caused the task to stop, as far as that can be determined.

    It is the one that ECS gives a reason for, otherwise the one with the worst exit code: the
    other containers are stopped with it, mostly by a signal.
    """
    with_reason = [c for c in task.containers if c.reason]
    own = [c for c in task.containers if c.exit_code and c.exit_code not in {137, 143}]
    exited = [c for c in task.containers if c.exit_code is not None]
    return next(
        iter([*with_reason, *own, *sorted(exited, key=lambda c: -(c.exit_code or 0))]), None
    )


def stopped_verdict(task: Task) -> Failed:
    """Return the verdict on a stopped task, including how each container ended."""
    cause = cause_of(task)
    return Failed(
        cause.name, f"the canary task stopped: {account(task)}", cause.remedy, cause.transient
    )


def account(task: Task) -> str:
    """Describe in one line why a task stopped, and how each of its containers ended."""
    why = task.stopped_reason or "no reason given"
    parts = [text for c in task.containers if (text := _container(c, why))]
    told = f"; {'; '.join(parts)}" if parts else ""
    return f"{why} ({task.stop_code or 'no stop code'}){told}"


def _whole(task: Task) -> str:
    ends = (f"exited with {c.exit_code}" for c in task.containers if c.exit_code is not None)
    reasons = (c.reason for c in task.containers)
    return "\n".join((task.stopped_reason, task.stop_code, *reasons, *ends))


def _container(container: Container, known: str) -> str:
    """Describe a container's end; empty if it adds nothing to what is known."""
    if container.exit_code is None:
        new = container.reason and container.reason not in known
        return f"container {container.name}: {container.reason}" if new else ""
    text = f"container {container.name} exited with {container.exit_code}"
    meaning = exits.meaning(container)
    text += f" ({meaning})" if meaning else ""
    return f"{text}: {container.reason}" if container.reason else text
