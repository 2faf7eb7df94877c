"""How many tasks can run, and how many must, while ECS replaces a service's tasks.

Source: API reference, DeploymentConfiguration; developer guide, "Deployment parameters". Texts
that no one has published are *unknown*.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from ecs_rules.breach import Breach, advice, breach
from ecs_rules.catalog import rule
from ecs_rules.request import SERVICE, Shape
from ecs_rules.values import show

_ALL = 100
_CONFIGURATION = SERVICE.at("deploymentConfiguration")
_LEAST, _MOST = (_CONFIGURATION.at(key) for key in ("minimumHealthyPercent", "maximumPercent"))
_SCHEDULING = SERVICE.at("schedulingStrategy")
DEFAULTS: Mapping[str, Mapping[str, int]] = {
    "REPLICA": {"maximumPercent": 200, "minimumHealthyPercent": 100},
    "DAEMON": {"maximumPercent": 100, "minimumHealthyPercent": 0},
}
"""The defaults of a service, by its schedulingStrategy."""
_BLOCKED = (
    "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments."
)


@rule("CreateService", "UpdateService")
def bounds(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """Percents aren't negative, a minimum isn't above its maximum, and a DAEMON's maximum is 100.

    Source: API reference, DeploymentConfiguration.
    """
    configuration = service.get("deploymentConfiguration", {})
    least = configuration.get("minimumHealthyPercent")
    most = configuration.get("maximumPercent")
    daemon = service.get("schedulingStrategy") == "DAEMON"
    if least is not None and least < 0:
        text = "minimumHealthyPercent must be at least 0."
        yield breach(_LEAST, f"{show(least)} is below 0", "Use 0 or more", text=text)
    if most is not None and most <= 0:
        text = "maximumPercent must be greater than 0."
        yield breach(_MOST, f"{show(most)} isn't above 0", "Use more than 0", text=text)
    elif daemon and most not in {None, _ALL}:
        text = "The daemon scheduling strategy only supports a maximumPercent of 100."
        message = f"a DAEMON service's maximumPercent is 100, and this is {show(most)}"
        yield breach(_MOST, message, "Remove it", _SCHEDULING, text=text)
    elif least is not None and most is not None and least > most and not daemon:
        text = "minimumHealthyPercent must not be greater than maximumPercent."
        message = f"{show(least)} is above maximumPercent, {show(most)}"
        yield breach(
            _LEAST,
            message,
            "Raise maximumPercent, or lower minimumHealthyPercent",
            _MOST,
            text=text,
        )


@rule("CreateService", "UpdateService")
def rebalancing(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """To rebalance Availability Zones, ECS starts a task before it stops another.

    Source: API reference, CreateService, availabilityZoneRebalancing.
    """
    most = service.get("deploymentConfiguration", {}).get("maximumPercent")
    if service.get("availabilityZoneRebalancing") == "ENABLED" and most and most <= _ALL:
        text = "Availability Zone Rebalancing does not support maximumPercent <= 100."
        message = f"availabilityZoneRebalancing needs more than 100, and this is {show(most)}"
        why = SERVICE.at("availabilityZoneRebalancing")
        yield breach(_MOST, message, "Raise it", why, text=text)


@rule("CreateService", "UpdateService")
def room(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """ECS can start a task before it stops one, or the other way around.

    What depends on the number of tasks is advice: the live service's number decides, and can
    differ from the file's.

    Source: developer guide, "Deployment parameters": the minimum is rounded up, the maximum
    rounded down.
    """
    scheduling = service.get("schedulingStrategy", "REPLICA")
    configuration = service.get("deploymentConfiguration", {})
    rolling = service.get("deploymentController", {}).get("type", "ECS") == "ECS"
    if not rolling or configuration.get("strategy", "ROLLING") != "ROLLING":
        return
    least, most = percent(service, "minimumHealthyPercent"), percent(service, "maximumPercent")
    relies_on = (
        SERVICE.at("schedulingStrategy"),
        SERVICE.at("deploymentController"),
        _CONFIGURATION.at("minimumHealthyPercent"),
        _CONFIGURATION.at("maximumPercent"),
        _CONFIGURATION.at("strategy"),
    )
    if least >= _ALL >= most:
        given = {"minimumHealthyPercent", "maximumPercent"} <= set(configuration)
        yield breach(
            _CONFIGURATION,
            f"with minimumHealthyPercent {show(least)} and maximumPercent {show(most)} "
            "ECS can't stop a task or start one",
            "Raise maximumPercent, or lower minimumHealthyPercent",
            *relies_on,
            text=_BLOCKED if given and least == most else "",
        )
        return
    count = service.get("desiredCount") or 0
    if least > most:
        return
    if count <= 0 or scheduling == "DAEMON":
        return
    kept, started = math.ceil(count * least / 100), math.floor(count * most / 100)
    if reason := deadlock(count, kept, started):
        # A rollout doesn't send the file's count: if another one could move, it decides nothing.
        say = breach if most < _ALL else advice
        yield say(
            _CONFIGURATION,
            f"of {show(count)} tasks, minimumHealthyPercent {show(least)} keeps {kept} and "
            f"maximumPercent {show(most)} lets {started} run: {reason}",
            "Raise maximumPercent, or lower minimumHealthyPercent",
            SERVICE.at("desiredCount"),
            *relies_on,
        )


def percent(service: Shape, key: str) -> Any:
    """Return a service's minimumHealthyPercent or maximumPercent, or ECS's default."""
    given = (service.get("deploymentConfiguration") or {}).get(key)
    return default(service, key) if given is None else given


def default(service: Shape, key: str) -> int:
    """Return what applies where a service doesn't specify minimumHealthyPercent or the like."""
    scheduling = service.get("schedulingStrategy") or "REPLICA"
    return DEFAULTS.get(scheduling, DEFAULTS["REPLICA"])[key]


def deadlock(count: int, kept: int, started: int) -> str:
    """Return why a deployment of `count` tasks can't succeed; empty if it can."""
    if started < count:
        return "no deployment can complete"
    return "no deployment can proceed" if kept >= started else ""
