"""Where the canary can't be, unlike the service's own tasks. Pure.

ECS connects only the tasks of services to Service Connect (ECS API reference,
ServiceConnectConfiguration: "Only the tasks that Amazon ECS services create are supported"), to
Cloud Map (ECS developer guide, "Use service discovery to connect Amazon ECS services with DNS
names") and to gateways (ECS API reference, GatewayConnector). A canary is a standalone task. cage
registers it in target groups, which a Classic Load Balancer doesn't have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cage.model.services import Service

_CONNECT = "serviceConnectConfiguration"


def connected(service: Service) -> bool:
    """Return whether the service's tasks are in Service Connect."""
    configuration = service.setting(_CONNECT) or {}
    return bool(configuration.get("enabled"))


def beyond(service: Service) -> tuple[str, ...]:
    """Return what the service's tasks are reached by, and the canary isn't; empty if nothing."""
    found = ["Service Connect"] if connected(service) else []
    connectors = service.raw.get("gatewayConnectors") or ()
    found += [f"gateway connector {one.get('portName')}" for one in connectors]
    registries = service.raw.get("serviceRegistries") or ()
    found += [f"Cloud Map {str(one.get('registryArn')).rpartition('/')[2]}" for one in registries]
    balancers = service.raw.get("loadBalancers") or ()
    names = [one["loadBalancerName"] for one in balancers if one.get("loadBalancerName")]
    found += [f"Classic Load Balancer {name}" for name in names]
    return tuple(found)


def said(places: tuple[str, ...]) -> str:
    """Return a sentence about the places where the canary isn't."""
    return f"the canary gets no requests by {_listed(places)}: only tasks of the service do"


def suspicion(service: Service) -> str:
    """Return how a canary can fail although the revision is good; empty if it can't."""
    if not connected(service):
        return ""
    return (
        "the canary is not in Service Connect: if the application needs other services by their "
        "names there, it fails only as a canary"
    )


def _listed(places: tuple[str, ...]) -> str:
    *first, last = places
    return f"{', '.join(first)} or {last}" if first else last
