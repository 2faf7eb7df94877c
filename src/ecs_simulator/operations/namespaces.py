"""Services by their Service Connect namespace.

Source: ECS API reference, ListServicesByNamespace. *Unknown*: whether a namespace that no
service uses is an empty list or NamespaceNotFoundException; Cloud Map decides that.
"""

from __future__ import annotations

from typing import Any

from ecs_simulator.operations.pages import page
from ecs_simulator.world import World


def list_services_by_namespace(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """List the services of all clusters whose Service Connect configuration has a namespace."""
    found = []
    for service in world.services.values():
        connect = service.raw.get("serviceConnectConfiguration") or {}
        here = connect.get("enabled") and connect.get("namespace") == params["namespace"]
        if here and service.status == "ACTIVE":
            found.append(service.arn)
    return page("serviceArns", found, {"maxResults": 10, **params})
