"""The members that an update sends along with the revision, and the service that results."""

from __future__ import annotations

import dataclasses

from cage.model.base import Shape
from cage.model.services import Service, load_balancers

UPDATED = (
    "networkConfiguration",
    "loadBalancers",
    "serviceRegistries",
    "serviceConnectConfiguration",
    "platformVersion",
    "volumeConfigurations",
)
"""The members of create-service's input that `--update-service` also sends."""


_ABSENT: Shape = {
    "loadBalancers": [],
    "serviceRegistries": [],
    "volumeConfigurations": [],
    "serviceConnectConfiguration": {"enabled": False},
}


def from_definition(definition: Shape | None) -> Shape:
    """Return the members of a service definition that `--update-service` sends."""
    return {key: definition[key] for key in UPDATED if key in definition} if definition else {}


def undo(service: Service, changes: Shape) -> Shape:
    """Return the input that restores the changed members to their current values.

    A list that the service doesn't have is restored to an empty one; for UpdateService, an
    absent member means: leave it unchanged (ECS API reference, UpdateService). Volumes and Service
    Connect are described with the deployment, not with the service (ECS API reference,
    Deployment).
    """
    deployments = service.raw.get("deployments") or []
    primary: Shape = next((d for d in deployments if d.get("status") == "PRIMARY"), {})
    before = {}
    for key in changes:
        value = service.raw.get(key, primary.get(key, _ABSENT.get(key)))
        if value is not None:
            before[key] = value
    return before


def applied(service: Service, changes: Shape) -> Service:
    """Return the service as it will be, for a canary that must start in exactly that shape."""
    raw = {**service.raw, **changes}
    return dataclasses.replace(
        service,
        raw=raw,
        load_balancers=load_balancers(raw),
        platform_version=raw.get("platformVersion") or None,
    )


def update_input(*, cluster: str, service: str, revision: str, changes: Shape) -> Shape:
    """Return the input of update-service.

    The desired count is never sent: autoscaling owns it, and DAEMON services accept none.
    """
    return {"cluster": cluster, "service": service, "taskDefinition": revision, **changes}
