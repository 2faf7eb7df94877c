"""A fault at one call of a rollout: it fails, is slow, or the process is killed at it."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING, Any

from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.incidents.effects import refuse
from cage.rehearsal.incidents.incident import Incident
from cage.rehearsal.invariants import Run, violations
from cage.rehearsal.script import Act, Script, act_on
from cage.rehearsal.shapes import SHAPES
from ecs_simulator import loop
from ecs_simulator.world.errors import NoAnswerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cage.model.events import Event
    from cage.rehearsal.stage import Stage


class KilledError(BaseException):
    """SIGKILL: nothing of the process runs any more, its clean-up neither."""


class Fault(enum.StrEnum):
    """What goes wrong at one call."""

    FAILS = "fails"
    DENIED = "denied"
    THROTTLED = "throttled"
    LOST_ANSWER = "lost-answer"
    SLOW = "slow-30s"
    STUCK = "stuck-5min"
    KILLED_BEFORE = "killed-before"
    KILLED_AFTER = "killed-after"

    @property
    def kills(self) -> bool:
        """Whether the process doesn't live through it."""
        return self in {Fault.KILLED_BEFORE, Fault.KILLED_AFTER}


_REFUSALS = {
    Fault.FAILS: ("ServerException", "Service Unavailable. Please try again later.", 500),
    Fault.DENIED: ("AccessDeniedException", "User is not authorized to perform this action", 400),
    Fault.THROTTLED: ("ThrottlingException", "Rate exceeded", 400),
}
_DELAYS_S = {Fault.SLOW: 30.0, Fault.STUCK: 300.0}


@dataclasses.dataclass(frozen=True)
class Scenario:
    """A rollout that a fault happens to.

    Attributes:
        incident: What goes wrong beside it, in every rollout of the service.
    """

    name: str
    shape: str
    incident: str | None = None

    def script(self) -> Script:
        return SHAPES[self.shape]()

    @property
    def incidents(self) -> tuple[Incident, ...]:
        return (CATALOG[self.incident],) if self.incident else ()

    def stage(self) -> Stage:
        stage = self.script().stage()
        for incident in self.incidents:
            incident.arm(stage)
        return stage


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("fargate", "fargate"),
        Scenario("no-balancer", "fargate-no-balancer"),
        Scenario("instance", "ec2-bridge"),
        Scenario("capacity-provider", "ec2-provider"),
        Scenario("blue-green", "fargate-blue-green"),
        Scenario("bad-revision", "fargate", "bad-image"),
        Scenario("failing-promotion", "fargate", "crash-after-promotion"),
    )
}


class Strike:
    """A fault at cage's call of that number, until it is ended."""

    def __init__(self, stage: Stage, fault: Fault, index: int) -> None:
        self._stage = stage
        self._fault = fault
        self._index = index
        self._made = 0
        self._killed = False
        self._delay_s = _DELAYS_S.get(fault, 0.0)
        self._usual_s = stage.latency_s
        stage.world.gates.insert(0, self._gate)
        stage.latency_s = self._latency_s

    def end(self) -> None:
        """Let nothing go wrong any more."""
        self._stage.world.gates.remove(self._gate)
        self._stage.latency_s = self._usual_s

    def _gate(self, _operation: str, _params: dict[str, Any]) -> None:
        number, self._made = self._made, self._made + 1
        struck = number == self._index
        if self._killed or (struck and self._fault is Fault.KILLED_BEFORE):
            self._killed = True
            raise KilledError
        if struck and self._fault in _REFUSALS:
            refuse(*_REFUSALS[self._fault])
        if struck and self._fault is Fault.LOST_ANSWER:
            raise NoAnswerError(done=True)

    def _latency_s(self) -> float:
        struck = self._made > self._index and self._fault is Fault.KILLED_AFTER
        if self._killed or struck:
            self._killed = True
            raise KilledError
        if self._made == self._index and self._delay_s:
            delay_s, self._delay_s = self._delay_s, 0.0
            return delay_s
        return self._usual_s()


def killed(error: BaseException) -> bool:
    """Tell whether an error is the kill, or a group of nothing else."""
    if isinstance(error, BaseExceptionGroup):
        return all(map(killed, error.exceptions))
    return isinstance(error, KilledError)


@dataclasses.dataclass(frozen=True)
class Told:
    """A rollout of a scenario, and which promises it broke."""

    act: Act
    broken: tuple[str, ...]

    @property
    def broken_names(self) -> set[str]:
        return {line.partition(":")[0] for line in self.broken}

    @property
    def outcome(self) -> str:
        assert self.act.result is not None, self.act.error
        return type(self.act.result.outcome).__name__


def told_on(stage: Stage, scenario: Scenario, *, usual: bool) -> Told:
    """Roll out on the stage, and look at every invariant."""
    events: list[Event] = []
    before = stage.service.primary.revision.arn
    act = act_on(stage, scenario.script(), (events.append,))
    run = Run(scenario.script(), scenario.incidents, act, tuple(events), before, usual=usual)
    return Told(act, tuple(violations(run)))


def struck(stage: Stage, scenario: Scenario, fault: Fault, index: int) -> Told | None:
    """Roll out with a fault at one call; None if it killed the process."""
    strike = Strike(stage, fault, index)
    try:
        return told_on(stage, scenario, usual=False)
    except BaseException as error:
        if not killed(error):
            raise
        return None
    finally:
        strike.end()


def run_until_killed(work: Callable[[], Any], at_s: float) -> Any:
    """Run something to its end; None if it was killed."""
    try:
        return loop.run(work, at_s=at_s)
    except BaseException as error:
        if not killed(error):
            raise
        return None
