"""Triggers of incidents: a task starts, an API is called, or a step begins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cage.model.events import ApprovalAwaited, Event, Step, StepStarted, WaitStarted
from cage.rehearsal.stage import Stage
from ecs_simulator.world.task_entities import SimTask

TARGET_HEALTH = ("DescribeTargetHealth", "ListTargets")
"""The operations that show the health of targets: a load balancer's, and VPC Lattice's."""


def is_next(task: SimTask) -> bool:
    """Return whether a task has the revision being rolled out, which isn't the family's first."""
    return task.revision.number > 1


def for_each_new_task(behave: Callable[[Stage, SimTask], None]) -> Callable[[Stage], None]:
    """Apply a behavior to every task of the new revision, whoever starts it."""

    def arm(stage: Stage) -> None:
        happens = stage.firing.later()

        def each(task: SimTask) -> None:
            if is_next(task):
                happens()
                behave(stage, task)

        stage.world.tasks.behaviors.append(each)

    return arm


def on_call(
    operations: tuple[str, ...],
    do: Callable[[Stage], None],
    *,
    times: int | None = None,
    after: str = "",
    chance: float = 1.0,
) -> Callable[[Stage], None]:
    """Run an effect when these operations are called.

    Args:
        operations: The operations, by name; none means all.
        times: The maximum number of times; None: no limit.
        after: Only once this operation has been called.
        chance: The share of the calls that it happens to, 0 to 1.
    """

    def arm(stage: Stage) -> None:
        happens = stage.firing.later()

        def occur() -> None:
            happens()
            do(stage)

        faults = stage.simulator.faults
        faults.on_call(operations, occur, times=times, after=after, chance=chance)

    return arm


def once_told(
    so: Callable[[Event], bool], after_s: Callable[[Stage], float], do: Callable[[Stage], None]
) -> Callable[[Stage], None]:
    """Run an effect some time after cage has reported an event; without cage, never.

    Args:
        so: Returns whether this is the event; the first match counts.
        after_s: Seconds after the event.
    """

    def arm(stage: Stage) -> None:
        happens = stage.firing.later()

        def occur() -> None:
            happens()
            do(stage)

        def hear(event: Event) -> None:
            if so(event):
                stage.listeners.remove(hear)
                stage.world.engine.after(after_s(stage), occur)

        stage.listeners.append(hear)

    return arm


class KilledError(BaseException):
    """SIGKILL: no part of the process is running any longer, not even its cleanup."""


def killed_at(operation: str, *, after: str = "") -> Callable[[Stage], None]:
    """Kill the process when it is about to call an operation.

    Args:
        after: Only once this operation has been called.
    """

    def arm(stage: Stage) -> None:
        made, done = len(stage.api.calls), [False]
        happens = stage.firing.later()

        def gate(called: str, _params: dict[str, Any]) -> None:
            due = called == operation and (not after or after in stage.api.calls[made:])
            if due and not done[0]:
                happens()
                stage.killed = done[0] = True
            if stage.killed:
                raise KilledError

        stage.world.gates.append(gate)

    return arm


def begins_step(step: Step) -> Callable[[Event], bool]:
    """Return a function that returns whether an event begins a step of the rollout."""
    return lambda event: isinstance(event, StepStarted) and event.step is step


def signalled(step: Step, signal: str) -> Callable[[Stage], None]:
    """Send a signal a moment after a step began."""
    return once_told(
        begins_step(step),
        lambda stage: stage.world.engine.between(0.1, 2.0),
        lambda stage: stage.interrupt(signal),
    )


def killed_in(step: Step) -> Callable[[Stage], None]:
    """Kill the process when it makes its first call in a step."""

    def arm(stage: Stage) -> None:
        happens = stage.firing.later()

        def hear(event: Event) -> None:
            if begins_step(step)(event):
                stage.listeners.remove(hear)
                happens()
                stage.killed = True

        def gate(_operation: str, _params: dict[str, Any]) -> None:
            if stage.killed:
                raise KilledError

        stage.listeners.append(hear)
        stage.world.gates.append(gate)

    return arm


def unapproved(do: Callable[[Stage], None], after_s: float = 45.0) -> Callable[[Stage], None]:
    """Run an effect while the rollout waits for approval; no one else decides then."""
    awaited = once_told(lambda e: isinstance(e, ApprovalAwaited), lambda _stage: after_s, do)

    def arm(stage: Stage) -> None:
        stage.approves_after_s = None
        awaited(stage)

    return arm


def waits_in(check: str) -> Callable[[Event], bool]:
    """Return a function that returns whether a check, `bake` or `bake-after` begins to wait."""
    return lambda event: isinstance(event, WaitStarted) and event.check == check


def begins(stage: Stage) -> None:
    """Report that the incident happens when it is armed, whatever it reports later."""
    stage.firing.later()()


def both(
    one: Callable[[Stage], object], other: Callable[[Stage], object]
) -> Callable[[Stage], None]:
    """Run two effects."""

    def arm(stage: Stage) -> None:
        one(stage)
        other(stage)

    return arm
