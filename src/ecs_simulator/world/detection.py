"""How ECS detects that a deployment fails: the circuit breaker and the alarms.

Sources: ECS developer guide, "How the Amazon ECS deployment circuit breaker detects
failures", "How CloudWatch alarms detect Amazon ECS deployment failures"; ECS API reference,
DeploymentCircuitBreaker, ThresholdConfiguration and DeploymentAlarms.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ecs_simulator.world import deployments, history, texts
from ecs_simulator.world.service_entities import SimDeployment, SimService

if TYPE_CHECKING:
    from ecs_simulator.world.engine import Engine

_LEAST, _MOST = 3, 200
_IMPAIRED_AFTER = 11
"""*Unknown*: after how many failed starts ECS reports it. A published log has ten without it."""

_POLL_S = 15.0
_ALARM_BAKE_S = 180.0
"""*Unknown*: the guide says only that the bake time is computed, and under five minutes."""

_BY_BREAKER = "ECS deployment circuit breaker"
_BY_ALARM = "ECS deployment alarms"
"""*Unknown*: how ECS names alarms in a deployment's reason."""


class Alarms:
    """The states of CloudWatch alarms.

    Attributes:
        states: The states set in the world itself, by name: OK, ALARM or INSUFFICIENT_DATA.
        composite: The names of the composite alarms.
        elsewhere: Returns the states of alarms that clients put, by name; they replace others.
    """

    def __init__(self) -> None:
        self.states: dict[str, str] = {}
        self.composite: set[str] = set()
        self.elsewhere: Callable[[], Mapping[str, str]] = dict

    def state(self, name: str) -> str:
        """Return an alarm's state; INSUFFICIENT_DATA if it is unknown."""
        return self.elsewhere().get(name) or self.states.get(name) or "INSUFFICIENT_DATA"

    def active(self, names: tuple[str, ...]) -> list[str]:
        """Return which of the alarms are in ALARM."""
        return [name for name in names if self.state(name) == "ALARM"]


def _breaker(service: SimService) -> dict[str, Any]:
    return service.configuration.get("deploymentCircuitBreaker") or {}


def _alarms(service: SimService) -> dict[str, Any]:
    return service.configuration.get("alarms") or {}


def threshold(service: SimService) -> int:
    """Return how many failed tasks open the circuit breaker, at the present desired count."""
    config = _breaker(service).get("thresholdConfiguration") or {}
    value = config.get("value")
    value = 50.0 if value is None else float(value)
    match config.get("type") or "BOUNDED_PERCENT":
        case "COUNT":
            return max(1, int(value))
        case "UNBOUNDED_PERCENT":
            return max(1, math.ceil(value / 100 * service.desired))
        case _:
            return min(_MOST, max(_LEAST, math.ceil(value / 100 * service.desired)))


def reset(service: SimService, deployment: SimDeployment) -> None:
    """Clear the failure count when a task becomes healthy, unless the service disables that.

    Source: ECS API reference, DeploymentCircuitBreaker, resetOnHealthyTask: a task that
    *reaches* a healthy state resets it, so each task does once.
    """
    if _breaker(service).get("resetOnHealthyTask") is not False:
        deployment.failed_tasks = 0
        if not deployment.record.finished:
            deployment.record.failures = 0


def count_failure(
    engine: Engine,
    service: SimService,
    deployment: SimDeployment,
    trips_after: str,
    failed: Callable[[SimService], None],
) -> None:
    """Count a failed task; some time after the threshold is reached the circuit breaker opens.

    Only the PRIMARY deployment's: nothing published shows a superseded one that fails.

    Args:
        trips_after: The interval after which it opens.
        failed: Called when the circuit breaker made the deployment fail.
    """
    if deployment.rollout_state != "IN_PROGRESS" or deployment.status != "PRIMARY":
        return
    deployment.failed_tasks += 1
    enabled = bool(_breaker(service).get("enable"))
    if deployment.launches_failed == _IMPAIRED_AFTER and not enabled:
        deployments.tell_once(engine, service, "impaired", texts.IMPAIRED)
    if not enabled:
        return
    deployment.record.failures = deployment.failed_tasks
    if deployment.failed_tasks < threshold(service) or deployment.trips:
        return
    deployment.trips = True

    def trip() -> None:
        deployment.trips = False
        if deployment.failed_tasks >= threshold(service):
            _trip(engine, service, deployment, failed)

    engine.after(engine.lasts(trips_after), trip)


def watch_placement(
    engine: Engine,
    service: SimService,
    deployment: SimDeployment,
    failed: Callable[[SimService], None],
) -> None:
    """Let the circuit breaker open if no task of the deployment can be placed for long.

    *Unknown*: how ECS counts tasks that it can't place. A published log shows the breaker
    open 46 minutes after the only event.
    """
    if deployment.unplaced_from_s is not None or not _breaker(service).get("enable"):
        return
    since_s = deployment.unplaced_from_s = engine.now

    def look() -> None:
        if deployment.unplaced_from_s == since_s:
            _trip(engine, service, deployment, failed)

    engine.after(engine.lasts("unplaced-to-trip"), look)


def _trip(
    engine: Engine,
    service: SimService,
    deployment: SimDeployment,
    failed: Callable[[SimService], None],
) -> None:
    if deployment.rollout_state != "IN_PROGRESS" or deployment.status != "PRIMARY":
        return
    record, breaker = deployment.record, _breaker(service)
    if record.finished or not breaker.get("enable"):
        return
    record.breaker = "TRIGGERED"
    reason = f"{_BY_BREAKER}: {texts.TASKS_FAILED}."
    deployments.fail(engine, service, deployment, reason, texts.TASKS_FAILED)
    if breaker.get("rollback"):
        deployments.roll_back(engine, service, deployment, _BY_BREAKER, history.BREAKER_TRIPPED)
    else:
        history.finish(engine, service, record, "STOPPED")
    failed(service)


def begin_watch(
    engine: Engine,
    alarms: Alarms,
    service: SimService,
    deployment: SimDeployment,
    failed: Callable[[SimService], None],
) -> None:
    """Watch the service's alarms for as long as the deployment continues.

    If one of them is already in ALARM, ECS watches none of them: the deployment might be
    the fix.

    Args:
        failed: Called when an alarm made the deployment fail.
    """
    config = _alarms(service)
    names = tuple(config.get("alarmNames") or ())
    if not config.get("enable") or deployment.rollback or alarms.active(names):
        return
    deployment.record.watched = names

    def look() -> None:
        if deployment.rollout_state != "IN_PROGRESS" or deployment.status != "PRIMARY":
            return
        found = alarms.active(names)
        if found:
            _alarmed(engine, service, deployment, found)
            failed(service)
        else:
            engine.after(_POLL_S, look)

    engine.after(_POLL_S, look)


def _alarmed(
    engine: Engine, service: SimService, deployment: SimDeployment, found: list[str]
) -> None:
    record = deployment.record
    record.triggered.extend(found)
    reason = f"{_BY_ALARM}: {texts.ALARM_DETECTED}."
    deployments.fail(engine, service, deployment, reason, texts.ALARM_DETECTED)
    if _alarms(service).get("rollback"):
        deployments.roll_back(engine, service, deployment, _BY_ALARM, history.ALARM_ACTIVE)
    else:
        history.finish(engine, service, record, "STOPPED")


def bake_s(service: SimService, deployment: SimDeployment) -> float:
    """Return how long a steady rolling deployment is watched before it completes."""
    if deployment.rollback or service.shifts:
        return 0.0
    minutes = service.configuration.get("bakeTimeInMinutes")
    if minutes is not None:
        return 60.0 * int(minutes)
    return _ALARM_BAKE_S if deployment.record.watched else 0.0
