"""How long ECS takes to deploy a service, by its percents, its drains and its own pauses."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from typing import Any

from cage.availability.floor import lower_bound, upper_bound
from cage.model.services import Service
from cage.model.targets import TargetGroup

LEAST_PATIENCE_S = 900.0
"""cage waits at least this long for a deployment, as canarycage does."""

_PATIENCE = 2.0
"""How many times the usual duration cage waits."""

_MINUTE_S = 60.0
_FIRST_S = 16.0
START_S = 40.0
_COUNT_S = 45.0
_SOONEST_COUNT_S = 20.0
_LEAVE_S = 10.0
_STOP_S = 40.0
"""Published service events show these steps: UpdateService to the first task started; that to
its registration; that to the stop of an old task, also if it is healthy at once; that to its
deregistration; the end of its drain to the end of the deployment."""

_ALARMS_BAKE_S = 300.0
"""ECS computes a bake time of up to this for alarms (ECS developer guide, deployment alarms)."""

_WHOLE = 100.0


@dataclasses.dataclass(frozen=True, slots=True)
class Waves:
    """The steps of a rolling deployment.

    Attributes:
        starts: How many times ECS starts tasks, and waits until they are healthy.
        drains: How many times it stops tasks, and waits until they are drained.
        stops_first: Whether a task can only be started after another one is stopped.
    """

    starts: int
    drains: int
    stops_first: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Course:
    """How long the parts of a deployment usually take, in seconds.

    Attributes:
        first_s: Until the first task is started.
        start_s: From a task's start until it is registered and healthy.
        last_s: From when all new tasks run until the deployment completes, at the soonest.
        total_s: All of it.
    """

    first_s: float
    start_s: float
    last_s: float
    total_s: float


def waves(desired: int, least: int, most: int) -> Waves:
    """Return the steps from `desired` old tasks to as many new ones.

    A task that drains is counted against the maximum: nothing documents that ECS doesn't.

    Args:
        least: How many healthy tasks must remain.
        most: How many tasks can run.
    """
    old, new, starts, drains, stops_first = desired, 0, 0, 0, False
    while new < desired or old:
        started = min(desired - new, most - old - new)
        if started > 0:
            new, starts = new + started, starts + 1
            stopped = max(0, old - (desired - new))
        else:
            stopped = min(old, old + new - least)
            if stopped <= 0:  # the percents leave no room, and a preflight check says so
                break
            stops_first = stops_first or not starts
        old, drains = old - stopped, drains + (stopped > 0)
    return Waves(starts, drains, stops_first)


def course(service: Service, groups: Iterable[TargetGroup], *, start_s: float = START_S) -> Course:
    """Return how long a deployment of the service usually takes, without its own pauses.

    Args:
        start_s: How long a task takes from its start until it is registered and healthy.
    """
    drains_s = [group.deregistration_delay_s for group in groups]
    one_drain_s = _LEAVE_S + max(drains_s) + _STOP_S if drains_s else _STOP_S
    steps = Waves(1, 1)
    if not service.shifts_traffic:
        steps = waves(service.desired_count, lower_bound(service), upper_bound(service))
    total_s = _FIRST_S + steps.starts * (start_s + _COUNT_S) + steps.drains * one_drain_s
    first_s = _FIRST_S + (one_drain_s if steps.stops_first else 0.0)
    soonest_s = _LEAVE_S + (max(drains_s, default=0.0) if steps.drains else 0.0)
    return Course(first_s, start_s, _SOONEST_COUNT_S + soonest_s, total_s)


def pauses_s(service: Service) -> float:
    """Return how long a deployment pauses by the service's own configuration, in seconds.

    Defaults: ECS API reference, LinearConfiguration and CanaryConfiguration.
    """
    configuration = service.configuration
    minutes, steps = float(configuration.get("bakeTimeInMinutes") or 0), 1
    match service.strategy:
        case "CANARY":
            canary = configuration.get("canaryConfiguration") or {}
            minutes, steps = minutes + float(canary.get("canaryBakeTimeInMinutes", 10)), 2
        case "LINEAR":
            linear = configuration.get("linearConfiguration") or {}
            steps = math.ceil(_WHOLE / float(linear.get("stepPercent", 10.0)))
            minutes += (steps - 1) * float(linear.get("stepBakeTimeInMinutes", 6))
        case "ROLLING" if not minutes:
            alarms: Mapping[str, Any] = configuration.get("alarms") or {}
            return _ALARMS_BAKE_S if alarms.get("enable") else 0.0
    return minutes * _MINUTE_S + (_propagation_s(service, steps) if service.shifts_traffic else 0.0)


def _propagation_s(service: Service, steps: int) -> float:
    """Return how long ECS waits for load balancers to know new targets and weights, in seconds.

    Ten minutes after each change for a Network Load Balancer, three minutes and 90 seconds after
    each change for VPC Lattice (ECS developer guide, "Network Load Balancer resources …" and "VPC
    Lattice resources for blue/green, linear, and canary deployments").

    Args:
        steps: In how many steps production traffic moves; test traffic moves in one more.
    """
    rules = [balancer.production_rule for balancer in service.load_balancers]
    found_s = [0.0]
    if any(":listener/net/" in rule for rule in rules):
        found_s.append((steps + 1) * 10 * _MINUTE_S)
    if any(":vpc-lattice:" in rule for rule in rules):
        found_s.append(3 * _MINUTE_S + (steps + 2) * 1.5 * _MINUTE_S)
    return max(found_s)


def usual_start_s(groups: Iterable[TargetGroup]) -> float:
    """Return how long a task usually takes until it is registered and healthy, in seconds.

    A new target must pass one health check, which comes once in the group's interval (ELB user
    guide, "Health checks for your target groups").
    """
    return START_S + max((group.check_interval_s for group in groups), default=0.0)


def patience_s(
    requested_s: float | None,
    service: Service,
    groups: Iterable[TargetGroup],
    *,
    start_s: float = 0.0,
) -> float:
    """Return how long to wait for a deployment, without its pauses, in seconds.

    Args:
        requested_s: The setting; None: as long as the service needs, and never less than 15 min.
        start_s: How long the canary took from its start until it was healthy.
    """
    if requested_s is not None:
        return requested_s
    found = tuple(groups)
    each_s = max(usual_start_s(found), start_s)
    needed_s = _PATIENCE * course(service, found, start_s=each_s).total_s
    return max(LEAST_PATIENCE_S, math.ceil(needed_s / _MINUTE_S) * _MINUTE_S)
