"""Where ECS places the tasks of a service, and how many.

Source: API reference, CreateService.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import Breach, advice, breach
from ecs_rules.catalog import rule
from ecs_rules.request import SERVICE, TASK, Shape, fargate_spot, items
from ecs_rules.values import listed, show

_LAUNCH_TYPE = SERVICE.at("launchType")
_STRATEGY = SERVICE.at("capacityProviderStrategy")
_SCHEDULING = SERVICE.at("schedulingStrategy")
_NO_COUNT = (
    "The daemon scheduling strategy does not support a desired count for services. Remove the "
    "desired count value and try again."
)


@rule("CreateService", "RunTask")
def capacity_source(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """A service has a launch type or a capacity provider strategy."""
    if service.get("launchType") and service.get("capacityProviderStrategy"):
        message = "launchType and capacityProviderStrategy exclude each other"
        text = (
            "Specifying both a launch type and capacity provider strategy is not supported. "
            "Remove one and try again."
        )
        yield breach(_LAUNCH_TYPE, message, "Remove one of them", _STRATEGY, text=text)


@rule("CreateService", "RunTask")
def managed_instances(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """Managed Instances are reached by a capacity provider strategy only.

    Source: API reference, CreateService and RunTask, launchType. ECS's text is *unknown*.
    """
    if service.get("launchType") == "MANAGED_INSTANCES":
        message = "Managed Instances need a capacityProviderStrategy, and no launchType"
        text = "The launch type MANAGED_INSTANCES needs a capacity provider strategy."
        yield breach(_LAUNCH_TYPE, message, "Write a capacityProviderStrategy instead", text=text)


@rule()
def capacity(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """A capacity provider strategy adds up."""
    strategy = list(items(service, "capacityProviderStrategy", SERVICE))
    names = {item.get("capacityProvider") for _, item in strategy if item.get("capacityProvider")}
    fargate = names & {"FARGATE", "FARGATE_SPOT"}
    if fargate and names - fargate:
        message = "Fargate's capacity providers can't be mixed with others"
        yield breach(_STRATEGY, message, "Use one kind", _STRATEGY)
    with_base = [spot for spot, item in strategy if item.get("base")]
    if len(with_base) > 1:
        message = "only one capacity provider may have a base"
        yield breach(with_base[1].at("base"), message, "Remove it", _STRATEGY)
    weighed = len(strategy) > 1 or any("weight" in item for _, item in strategy)
    if weighed and not any(item.get("weight") or item.get("base") for _, item in strategy):
        message = "no capacity provider has a weight above 0"
        yield breach(_STRATEGY, message, "Give one a weight", _STRATEGY)


@rule("CreateService", "UpdateService")
def daemon(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """A DAEMON service has one task an instance, so it can't have a count or a strategy."""
    if service.get("schedulingStrategy") != "DAEMON":
        return
    for key in ("desiredCount", "placementStrategy"):
        if service.get(key) not in (None, []):
            message = f"a DAEMON service doesn't accept {key}"
            text = _NO_COUNT if key == "desiredCount" else ""
            yield breach(SERVICE.at(key), message, "Remove it", _SCHEDULING, text=text)
    if fargate_spot(service, {}):
        message = "Fargate doesn't run DAEMON services"
        text = "The daemon scheduling strategy is not supported on Fargate."
        yield breach(_SCHEDULING, message, "Use REPLICA", _LAUNCH_TYPE, _STRATEGY, text=text)
    controller = service.get("deploymentController", {}).get("type", "ECS")
    if controller != "ECS":
        message = f"the controller {show(controller)} doesn't accept DAEMON services"
        spot = SERVICE.at("deploymentController", "type")
        yield breach(_SCHEDULING, message, "Use REPLICA", spot)


@rule()
def strategy(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """Tasks on Fargate are placed by Fargate."""
    why = fargate_spot(service, {})
    if why is None:
        return
    for key in ("placementConstraints", "placementStrategy"):
        if service.get(key):
            yield breach(SERVICE.at(key), f"Fargate doesn't accept {key}", "Remove it", why)


@rule("RunTask")
def platform_version(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """Only Fargate has platform versions."""
    launch_type = service.get("launchType")
    if service.get("platformVersion") and launch_type and launch_type != "FARGATE":
        message = (
            f"only Fargate accepts a platformVersion, and the launchType is {show(launch_type)}"
        )
        text = "The platform version must be null when specifying an EC2 launch type."
        spot = SERVICE.at("platformVersion")
        yield breach(spot, message, "Remove it", _LAUNCH_TYPE, text=text)
    strategy_items = list(items(service, "capacityProviderStrategy", SERVICE))
    if service.get("platformVersion") and strategy_items and not fargate_spot(service, {}):
        message = "only Fargate accepts a platformVersion, and no capacity provider is Fargate's"
        yield breach(SERVICE.at("platformVersion"), message, "Remove it", _STRATEGY)


@rule("CreateService", "UpdateService")
def desired_count(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """A REPLICA service must specify how many tasks it wants."""
    scheduling = service.get("schedulingStrategy", "REPLICA")
    count = service.get("desiredCount")
    if not service or scheduling == "DAEMON":
        return
    if count is None:
        message = "is missing, and ECS needs it to create a REPLICA service"
        yield advice(SERVICE.at("desiredCount"), message, "Set it", _SCHEDULING)
    elif count < 0:
        text = "desiredCount must not be negative."  # *unknown*
        spot = SERVICE.at("desiredCount")
        yield breach(spot, f"{show(count)} is below 0", "Use 0 or more", text=text)


@rule()
def unnamed_source(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """Without a launch type and a strategy, the cluster's default strategy decides, or EC2.

    Source: API reference, CreateService, capacityProviderStrategy; developer guide, "Amazon ECS
    launch types": EC2 is the default where the cluster has no default strategy.
    """
    if not service or service.get("launchType") or service.get("capacityProviderStrategy"):
        return
    if (service.get("deploymentController") or {}).get("type") == "EXTERNAL":
        return
    if tuple(task_definition.get("requiresCompatibilities") or ()) == ("FARGATE",):
        message = "is missing, so the cluster's default capacity provider strategy must be Fargate"
        relies_on = (_STRATEGY, TASK.at("requiresCompatibilities"))
        yield advice(_LAUNCH_TYPE, message, 'Set "launchType": "FARGATE"', *relies_on)


@rule("CreateService", "RunTask", "StartTask", "UpdateService")
def launch_type(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """A service's launch type must be one that its task definition is compatible with.

    For a registered task definition, ECS's `compatibilities` is more accurate than
    `requiresCompatibilities`. ECS's text is as published by its users.
    """
    spot = fargate_spot(service, {})
    kind = "FARGATE" if spot else service.get("launchType")
    needed = task_definition.get("requiresCompatibilities")
    made_for = task_definition.get("compatibilities") or needed
    if kind and made_for and kind not in made_for:
        yield breach(
            spot or SERVICE.at("launchType"),
            f"{show(kind)} is not in the task definition's requiresCompatibilities, "
            f"{listed(map(show, made_for))}",
            "Make the two agree",
            TASK.at("requiresCompatibilities"),
            text=f"Task definition does not support launch_type {kind}.",
        )
