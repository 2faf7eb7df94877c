"""Parts that a service has only once, and the load balancer that CodeDeploy needs.

Source: API reference, CreateService, serviceRegistries, loadBalancers and
capacityProviderStrategy. ECS's texts are *unknown*.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.request import SERVICE, Shape

_MOST_PROVIDERS = 20


@rule("CreateService", "UpdateService")
def one_registry(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """A service has one registry of Cloud Map at most."""
    if len(service.get("serviceRegistries") or ()) > 1:
        text = "A service can have at most one service registry."
        spot = SERVICE.at("serviceRegistries", 1)
        yield breach(spot, "a service has one registry at most", "Remove it", text=text)


@rule()
def code_deploy(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """CodeDeploy moves traffic between two target groups."""
    controller = SERVICE.at("deploymentController", "type")
    kind = (service.get("deploymentController") or {}).get("type")
    if kind == "CODE_DEPLOY" and not service.get("loadBalancers"):
        message = "the controller CODE_DEPLOY needs a load balancer"
        spot = SERVICE.at("loadBalancers")
        yield breach(spot, message, "Add loadBalancers", controller)


@rule("CreateService", "UpdateService", "RunTask")
def providers(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """A strategy has 20 capacity providers at most."""
    count = len(service.get("capacityProviderStrategy") or ())
    if count > _MOST_PROVIDERS:
        text = f"capacityProviderStrategy can have at most {_MOST_PROVIDERS} items."
        spot = SERVICE.at("capacityProviderStrategy")
        fix = f"ECS accepts at most {_MOST_PROVIDERS}"
        yield breach(spot, f"found {count} capacity providers", fix, text=text)
