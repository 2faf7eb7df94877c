"""Where ECS places the tasks of a service, and how many.

Source: API reference, CreateService.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.definitions.findings import show
from cage.definitions.rules.rule import SERVICE_FILE, Remark, error, fargate_spot, items, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cage.model.base import Shape

_LAUNCH_TYPE = SERVICE_FILE.at("launchType")
_STRATEGY = SERVICE_FILE.at("capacityProviderStrategy")
_SCHEDULING = SERVICE_FILE.at("schedulingStrategy")


def capacity(service: Shape, _task_definition: Shape) -> Iterator[Remark]:
    """A service has a launch type or a capacity provider strategy, and the latter adds up."""
    strategy = list(items(service, "capacityProviderStrategy", SERVICE_FILE))
    if service.get("launchType") and strategy:
        message = "launchType and capacityProviderStrategy exclude each other"
        yield error(_LAUNCH_TYPE, message, "Remove one of them", _STRATEGY)
    names = {item.get("capacityProvider") for _, item in strategy if item.get("capacityProvider")}
    fargate = names & {"FARGATE", "FARGATE_SPOT"}
    if fargate and names - fargate:
        message = "Fargate's capacity providers can't be mixed with others"
        yield error(_STRATEGY, message, "Use one kind", _STRATEGY)
    with_base = [spot for spot, item in strategy if item.get("base")]
    if len(with_base) > 1:
        message = "only one capacity provider may have a base"
        yield error(with_base[1].at("base"), message, "Remove it", _STRATEGY)
    weighed = len(strategy) > 1 or any("weight" in item for _, item in strategy)
    if weighed and not any(item.get("weight") or item.get("base") for _, item in strategy):
        message = "no capacity provider has a weight above 0"
        yield error(_STRATEGY, message, "Give one a weight", _STRATEGY)


def daemon(service: Shape, _task_definition: Shape) -> Iterator[Remark]:
    """A DAEMON service has one task an instance, so it takes no count and no strategy."""
    if service.get("schedulingStrategy") != "DAEMON":
        return
    for key in ("desiredCount", "placementStrategy"):
        if service.get(key) not in (None, []):
            message = f"a DAEMON service takes no {key}"
            yield error(SERVICE_FILE.at(key), message, "Remove it", _SCHEDULING)
    if fargate_spot(service, {}):
        message = "Fargate runs no DAEMON services"
        yield error(_SCHEDULING, message, "Use REPLICA", _LAUNCH_TYPE, _STRATEGY)
    controller = service.get("deploymentController", {}).get("type", "ECS")
    if controller != "ECS":
        message = f"the controller {show(controller)} takes no DAEMON services"
        spot = SERVICE_FILE.at("deploymentController", "type")
        yield error(_SCHEDULING, message, "Use REPLICA", spot)


def strategy(service: Shape, _task_definition: Shape) -> Iterator[Remark]:
    """Tasks on Fargate are placed by Fargate."""
    why = fargate_spot(service, {})
    if why is None:
        return
    for key in ("placementConstraints", "placementStrategy"):
        if service.get(key):
            yield error(SERVICE_FILE.at(key), f"Fargate takes no {key}", "Remove it", why)


def platform_version(service: Shape, _task_definition: Shape) -> Iterator[Remark]:
    """Only Fargate has platform versions."""
    launch_type = service.get("launchType")
    if service.get("platformVersion") and launch_type and launch_type != "FARGATE":
        message = f"only Fargate takes a platformVersion, and the launchType is {show(launch_type)}"
        yield error(SERVICE_FILE.at("platformVersion"), message, "Remove it", _LAUNCH_TYPE)
    strategy_items = list(items(service, "capacityProviderStrategy", SERVICE_FILE))
    if service.get("platformVersion") and strategy_items and not fargate_spot(service, {}):
        message = "only Fargate takes a platformVersion, and no capacity provider is Fargate's"
        yield error(SERVICE_FILE.at("platformVersion"), message, "Remove it", _STRATEGY)


def desired_count(service: Shape, _task_definition: Shape) -> Iterator[Remark]:
    """A REPLICA service says how many tasks it wants."""
    scheduling = service.get("schedulingStrategy", "REPLICA")
    count = service.get("desiredCount")
    if not service or scheduling == "DAEMON":
        return
    if count is None:
        message = "is missing, and ECS needs it to create a REPLICA service"
        yield warning(SERVICE_FILE.at("desiredCount"), message, "Set it", _SCHEDULING)
    elif count < 0:
        yield error(SERVICE_FILE.at("desiredCount"), f"{show(count)} is below 0", "Use 0 or more")
