"""Whether a canary can run alongside a service's own tasks. Pure."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeVar

from cage.availability.floor import upper_bound
from cage.model.errors import RefusedError
from cage.model.outcome import Failed, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cage.model.base import Shape
    from cage.model.services import Service

OFFER = "To update the service without a canary, pass --no-canary."

_PORT_TAKEN = "PortTaken"

V = TypeVar("V", bound=Verdict)


def is_singleton(service: Service) -> bool:
    """Return whether ECS never runs two tasks of a service at once, not even during a deployment.

    Source: ECS API reference, DeploymentConfiguration: maximumPercent is the upper limit of the
    number of tasks. Deployments that move traffic start a second set of tasks anyway.
    """
    one = service.desired_count == 1 and upper_bound(service) <= 1
    return one and service.scheduling != "DAEMON" and not service.shifts_traffic


def refusal(services: Iterable[Service]) -> RefusedError | None:
    """Return why a canary must not run alongside a service; None if it can.

    Args:
        services: The service as it is, and as it will be.
    """
    found = next((one for one in services if is_singleton(one)), None)
    if found is None:
        return None
    return RefusedError(
        f"A canary would be a second copy of service {found.name}.",
        "Its desired count is 1 and its maximumPercent allows no second task at any time.",
        "To update it without a canary, pass --no-canary. If two copies can run at once, pass "
        "--allow-second-copy.",
    )


def blocked_ports(service: Service, definition: Shape) -> tuple[int, ...]:
    """Return the host ports that the service's own task holds on each instance; empty if none.

    A DAEMON runs one task on each instance that it can run on.

    Args:
        definition: The task definition to roll out.
    """
    return _fixed_ports(definition) if service.scheduling == "DAEMON" else ()


def offered(verdict: V) -> V:
    """Return a verdict, with the offer to do without a canary if its host port is taken."""
    if not isinstance(verdict, Failed) or verdict.reason != _PORT_TAKEN:
        return verdict
    return dataclasses.replace(verdict, remedy=f"{verdict.remedy} {OFFER}".strip())


def _fixed_ports(definition: Shape) -> tuple[int, ...]:
    """Return the ports that a task holds on its instance, whatever the instance.

    Source: ECS API reference, PortMapping: in host mode the host port is the container port; in
    bridge mode 0, or none, is a port of ECS's choice.
    """
    mode = definition.get("networkMode") or "bridge"
    name = {"host": "containerPort", "bridge": "hostPort"}.get(mode, "")
    containers = definition.get("containerDefinitions") or ()
    ports = (one.get(name) for c in containers for one in c.get("portMappings") or ())
    return tuple(int(port) for port in ports if port)
