"""Ways to break a simulated account: calls that fail, tasks that fail, reads that lag.

Each begins at once and lasts until it is stopped, or has happened as often as asked. Faults
happen to the calls of every client that the account answers.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from ecs_simulator.operations import reads
from ecs_simulator.world.errors import ApiError, NoAnswerError, SpoiledAnswerError
from ecs_simulator.world.task_entities import SimTask
from ecs_simulator.world.world import World

_FOREVER_S = 1e9


@dataclasses.dataclass(slots=True)
class Fault:
    """A fault that was begun.

    Attributes:
        happened: How often it has happened.
    """

    happened: int = 0
    _stop: Callable[[], None] = lambda: None

    def stop(self) -> None:
        """End it. Tasks that have failed stay failed."""
        self._stop()


class Faults:
    """The faults of one simulated account.

    Operations have AWS's names, such as `RunTask`; without a name, a fault affects all.

    Args:
        world: The world to break.
        delay: Delays the answer to the call that is being made, by that many seconds.
    """

    def __init__(self, world: World, delay: Callable[[float], None]) -> None:
        self._world = world
        self._delay = delay

    def refuse(
        self,
        *operations: str,
        code: str = "ThrottlingException",
        message: str = "Rate exceeded",
        status: int = 400,
        times: int | None = None,
        chance: float = 1.0,
    ) -> Fault:
        """Refuse calls with one of AWS's errors.

        Args:
            code: The error code.
            message: The error's text.
            status: The HTTP status; from 500 on, AWS is at fault.
            times: How often at most; None: always.
            chance: The share of the calls that it happens to, 0 to 1.
        """

        def do() -> None:
            raise ApiError(code, message, status)

        return self.on_call(operations, do, times=times, chance=chance)

    def lose(
        self,
        *operations: str,
        done: bool = False,
        times: int | None = None,
        chance: float = 1.0,
    ) -> Fault:
        """Break the connection instead of answering.

        Args:
            done: Whether the call takes effect first: then only its answer is lost.
            times: How often at most; None: always.
            chance: The share of the calls that it happens to, 0 to 1.
        """

        def do() -> None:
            raise NoAnswerError(done=done)

        return self.on_call(operations, do, times=times, chance=chance)

    def spoil(
        self,
        *operations: str,
        answer: Callable[[str], str],
        done: bool = False,
        times: int | None = None,
        chance: float = 1.0,
    ) -> Fault:
        """Send something else in place of the answer, with status 200, as a proxy can.

        Args:
            answer: Returns what is sent, from the answer's text; that is empty if nothing was done.
            done: Whether the call takes effect.
            times: How often at most; None: always.
            chance: The share of the calls that it happens to, 0 to 1.
        """

        def do() -> None:
            raise SpoiledAnswerError(answer, done=done)

        return self.on_call(operations, do, times=times, chance=chance)

    def delay(
        self, *operations: str, seconds: float, times: int | None = None, chance: float = 1.0
    ) -> Fault:
        """Answer calls late. They take effect when they are made.

        Args:
            seconds: How many of the simulator's seconds later.
            times: How often at most; None: always.
            chance: The share of the calls that it happens to, 0 to 1.
        """
        return self.on_call(operations, lambda: self._delay(seconds), times=times, chance=chance)

    def on_call(
        self,
        operations: tuple[str, ...],
        do: Callable[[], None],
        *,
        times: int | None = None,
        after: str = "",
        chance: float = 1.0,
    ) -> Fault:
        """Do something as operations are called, before they take effect.

        Args:
            operations: Their names; empty: all.
            do: Can change the account. If it raises one of AWS's errors, the caller gets it.
            times: How often at most; None: always.
            after: Only once this operation has been called.
            chance: The share of the calls that it happens to, 0 to 1.
        """
        world, begun = self._world, not after
        fault = Fault()

        def gate(operation: str, _params: dict[str, Any]) -> None:
            nonlocal begun
            begun = begun or operation == after
            if not begun or (operations and operation not in operations):
                return
            if fault.happened == times:
                return
            if chance < 1.0 and not world.engine.chance(chance):
                return
            fault.happened += 1
            do()

        return _begin(fault, world.gates, gate)

    def fail_tasks(
        self, reason: str, *, after_s: float = 10.0, of: str = "", times: int | None = None
    ) -> Fault:
        """Let no new task start.

        Args:
            reason: Why, in ECS's words, such as `CannotPullContainerError: ...`.
            after_s: How many seconds a task is PENDING before it fails.
            of: The family of the tasks, or `family:revision`; empty: all.
            times: How many tasks at most; None: every one.
        """

        def behave(task: SimTask) -> None:
            task.plan.start_failure = (reason, reason)
            task.plan.start_failure_s = after_s

        return self._each_task(behave, of, times)

    def exit_tasks(
        self, code: int = 1, *, after_s: float = 5.0, of: str = "", times: int | None = None
    ) -> Fault:
        """Let the essential container of each new task exit.

        Args:
            code: The exit code.
            after_s: How many seconds after the task is RUNNING.
            of: The family of the tasks, or `family:revision`; empty: all.
            times: How many tasks at most; None: every one.
        """
        return self._each_task(
            lambda task: task.plan.exits.append(("", after_s, code, "")), of, times
        )

    def fail_health_checks(
        self, status: int | None = 503, *, of: str = "", times: int | None = None
    ) -> Fault:
        """Let each new task fail its load balancer's health checks, and its containers' own.

        Args:
            status: The HTTP status that it answers with; None: it doesn't answer.
            of: The family of the tasks, or `family:revision`; empty: all.
            times: How many tasks at most; None: every one.
        """

        def behave(task: SimTask) -> None:
            task.plan.container_healthy = False
            if status is None:
                task.plan.answers_s = _FOREVER_S
            else:
                task.plan.answer = status

        return self._each_task(behave, of, times)

    def run_out_of_capacity(self) -> Fault:
        """Let Fargate have no capacity for another task."""
        before = self._world.fargate_capacity
        self._world.fargate_capacity = lambda _revision, _group: False

        def stop() -> None:
            self._world.fargate_capacity = before

        return Fault(1, stop)

    def lag_reads(self, *kinds: str, chance: float = 0.5, seconds: float = 4.0) -> Fault:
        """Let reads show the past, as AWS's eventually consistent APIs do.

        Args:
            kinds: `task`, `service`, `history`, `group`, `revision`, `instance`; empty: all.
            chance: The share of the reads that lag, 0 to 1.
            seconds: By how many seconds at most.
        """
        reads.lag(self._world, *kinds, chance=chance, most_s=seconds)

        def stop() -> None:
            self._world.engine.replica = None

        return Fault(1, stop)

    def hide_new_tasks(self, seconds: float = 2.5) -> Fault:
        """Let DescribeTasks answer MISSING for new tasks, each for up to that many seconds."""
        tasks, before = self._world.tasks, self._world.tasks.hidden_s
        tasks.hidden_s = seconds

        def stop() -> None:
            tasks.hidden_s = before

        return Fault(1, stop)

    def _each_task(self, behave: Callable[[SimTask], None], of: str, times: int | None) -> Fault:
        fault = Fault()

        def each(task: SimTask) -> None:
            named = {"", task.revision.family, f"{task.revision.family}:{task.revision.number}"}
            if of in named and fault.happened != times:
                fault.happened += 1
                behave(task)

        return _begin(fault, self._world.tasks.behaviors, each)


def _begin(fault: Fault, happenings: list[Any], each: Callable[..., None]) -> Fault:
    """Let something happen from now on, until the fault is stopped."""

    def stop() -> None:
        if each in happenings:
            happenings.remove(each)

    happenings.append(each)
    fault._stop = stop  # noqa: SLF001  its maker
    return fault
