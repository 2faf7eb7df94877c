"""The input of update-service, and the service that results."""

from __future__ import annotations

import dataclasses

from cage.model.base import Shape
from cage.model.services import Service, load_balancers

_PROVIDERS = "capacityProviderStrategy"


def applied(service: Service, sent: Shape, launch_type: str = "") -> Service:
    """Return the service as it will be, for a canary that must start in exactly that shape.

    Args:
        launch_type: The launch type that an empty capacity provider strategy leads back to.
    """
    raw = {**service.raw, **sent}
    strategy = tuple(raw.get(_PROVIDERS) or ())
    back = (launch_type if _PROVIDERS in sent else "") or service.launch_type
    configuration = raw.get("deploymentConfiguration") or {}
    return dataclasses.replace(
        service,
        raw=raw,
        load_balancers=load_balancers(raw),
        platform_version=raw.get("platformVersion") or None,
        capacity_provider_strategy=strategy,
        launch_type=None if strategy else back,
        strategy=configuration.get("strategy") or "ROLLING",
    )


def update_input(*, cluster: str, service: str, revision: str, changes: Shape) -> Shape:
    """Return the input of update-service."""
    return {"cluster": cluster, "service": service, "taskDefinition": revision, **changes}
