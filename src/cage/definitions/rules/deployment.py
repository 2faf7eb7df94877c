"""How ECS is to replace a service's tasks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cage.definitions.findings import show
from cage.definitions.rules.rule import SERVICE_FILE, Remark, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cage.model.base import Shape

_CONFIGURATION = SERVICE_FILE.at("deploymentConfiguration")
_DEFAULTS = {"REPLICA": (100, 200), "DAEMON": (0, 100)}


def percents(service: Shape, _task_definition: Shape) -> Iterator[Remark]:
    """ECS can start a task before it stops one, or the other way round.

    Source: developer guide, "Deployment parameters": the minimum is rounded up, the maximum
    rounded down.
    """
    scheduling = service.get("schedulingStrategy", "REPLICA")
    configuration = service.get("deploymentConfiguration", {})
    rolling = service.get("deploymentController", {}).get("type", "ECS") == "ECS"
    if not rolling or configuration.get("strategy", "ROLLING") != "ROLLING":
        return
    least_default, most_default = _DEFAULTS.get(scheduling, _DEFAULTS["REPLICA"])
    least = configuration.get("minimumHealthyPercent", least_default)
    most = configuration.get("maximumPercent", most_default)
    relies_on = (
        SERVICE_FILE.at("schedulingStrategy"),
        SERVICE_FILE.at("deploymentController"),
        _CONFIGURATION.at("minimumHealthyPercent"),
        _CONFIGURATION.at("maximumPercent"),
        _CONFIGURATION.at("strategy"),
    )
    if least >= 100 >= most:  # noqa: PLR2004 - percent
        yield error(
            _CONFIGURATION,
            f"with minimumHealthyPercent {show(least)} and maximumPercent {show(most)} "
            "ECS may neither stop a task nor start one",
            "Raise maximumPercent, or lower minimumHealthyPercent",
            *relies_on,
        )
        return
    count = service.get("desiredCount") or 0
    if count <= 0 or scheduling == "DAEMON":
        return
    kept, started = math.ceil(count * least / 100), math.floor(count * most / 100)
    if reason := _deadlock(count, kept, started):
        yield error(
            _CONFIGURATION,
            f"of {show(count)} tasks, minimumHealthyPercent {show(least)} keeps {kept} and "
            f"maximumPercent {show(most)} lets {started} run: {reason}",
            "Raise maximumPercent, or lower minimumHealthyPercent",
            SERVICE_FILE.at("desiredCount"),
            *relies_on,
        )


def _deadlock(count: int, kept: int, started: int) -> str:
    """Return why a deployment of `count` tasks can't end well; empty if it can."""
    if started < count:
        return "no deployment can complete"
    return "no deployment can proceed" if kept >= started else ""


def strategy_parts(service: Shape, _task_definition: Shape) -> Iterator[Remark]:
    """Each strategy's own configuration stands with that strategy."""
    configuration = service.get("deploymentConfiguration", {})
    strategy = configuration.get("strategy", "ROLLING")
    for key, owner in (("linearConfiguration", "LINEAR"), ("canaryConfiguration", "CANARY")):
        if configuration.get(key) and strategy != owner:
            message = f"{key} needs the strategy {owner}, and the strategy is {show(strategy)}"
            yield error(_CONFIGURATION.at(key), message, "Remove it", _CONFIGURATION.at("strategy"))


def controller(service: Shape, _task_definition: Shape) -> Iterator[Remark]:
    """What another controller deploys, cage doesn't roll out."""
    kind = service.get("deploymentController", {}).get("type", "ECS")
    spot = SERVICE_FILE.at("deploymentController", "type")
    if kind != "ECS":
        message = (
            f"the controller is {show(kind)}; only services of the ECS controller are rolled out"
        )
        yield warning(spot, message, f"Deploy it with {show(kind)}'s own tools, or use ECS")
    if kind == "CODE_DEPLOY" and service.get("deploymentConfiguration", {}).get("strategy"):
        message = "a deployment strategy of ECS needs the controller ECS"
        yield error(_CONFIGURATION.at("strategy"), message, "Remove it", spot)
