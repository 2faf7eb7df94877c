"""Alarms by which ECS itself judges a deployment."""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.request import SERVICE, Shape
from ecs_rules.values import show

_ALARMS = SERVICE.at("deploymentConfiguration", "alarms")
_CONTROLLER = SERVICE.at("deploymentController", "type")


@rule("CreateService", "UpdateService")
def controller(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """Only deployments by ECS itself have alarms.

    Source: API reference, DeploymentAlarms: "One of the methods which provide a way for you to
    quickly identify when a deployment has failed … for the rolling update (ECS)"; aws/aws-cdk#26307
    reports the refusal. ECS's text is *unknown*.
    """
    kind = service.get("deploymentController", {}).get("type") or "ECS"
    if kind != "ECS" and (service.get("deploymentConfiguration") or {}).get("alarms"):
        message = f"alarms need the deployment controller ECS, and it is {show(kind)}"
        text = "Deployment alarms need the ECS deployment controller."
        yield breach(_ALARMS, message, "Remove the alarms", _CONTROLLER, text=text)
