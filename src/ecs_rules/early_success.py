"""Early success criteria: when a rolling deployment completes before the service is steady.

Source: ECS developer guide, "Complete Amazon ECS rolling deployments early with early success
criteria"; API reference, DeploymentEarlySuccessCriteria. ECS's texts are *unknown*.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.percents import percent
from ecs_rules.request import SERVICE, Shape
from ecs_rules.values import show

_CONFIGURATION = SERVICE.at("deploymentConfiguration")
_SPOT = _CONFIGURATION.at("earlySuccessCriteria")
_ALL = 100


@rule("CreateService", "UpdateService")
def criteria(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """They are for rolling deployments, and complete."""
    configuration = service.get("deploymentConfiguration") or {}
    given = configuration.get("earlySuccessCriteria") or {}
    if not given.get("enable"):
        return
    strategy = configuration.get("strategy") or "ROLLING"
    if strategy != "ROLLING":
        text = "earlySuccessCriteria is only valid with the ROLLING strategy."
        message = f"early success needs the strategy ROLLING, and the strategy is {show(strategy)}"
        yield breach(_SPOT, message, "Remove it", _CONFIGURATION.at("strategy"), text=text)
    for key in ("healthyPercent", "sourceServiceRevisionCleanup"):
        if given.get(key) is None:
            text = f"earlySuccessCriteria needs {key} if it is enabled."
            yield breach(_SPOT, f"early success needs {key}", "Add it", _SPOT.at(key), text=text)
    value, least = given.get("healthyPercent"), percent(service, "minimumHealthyPercent")
    if value is not None and not least <= value <= _ALL:
        text = f"healthyPercent must be between minimumHealthyPercent ({least}) and {_ALL}."
        message = f"{show(value)} isn't between minimumHealthyPercent, {least}, and {_ALL}"
        why = _CONFIGURATION.at("minimumHealthyPercent")
        fix = "Raise it, or lower minimumHealthyPercent"
        yield breach(_SPOT.at("healthyPercent"), message, fix, why, text=text)
