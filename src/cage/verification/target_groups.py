"""Do the target groups fit the new task definition, and does anything forward to them?"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from cage.model.base import Shape
from cage.model.outcome import Finding, Severity
from cage.model.services import LoadBalancer
from cage.model.targets import TargetGroup
from cage.verification.protocol import Ground, passed
from ecs_rules.load_balancers import target_type


@dataclasses.dataclass(frozen=True, slots=True)
class TargetGroups:
    """The type, port and use of each target group."""

    name: str = "target-groups"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Judge what has already been described; no API call."""
        found: list[Finding] = []
        for entry in ground.service.load_balancers:
            balancer = entry.of(ground.new)
            group = ground.groups.get(balancer.target_group_arn)
            if group is not None:
                bad = list(self._judge(ground.new, balancer, group))
                found += bad or [passed(self.name, f"target group {group.name} fits")]
        return found

    def _judge(
        self, definition: Shape, balancer: LoadBalancer, group: TargetGroup
    ) -> Iterator[Finding]:
        name, port = balancer.container_name, balancer.container_port
        wanted = target_type(str(definition.get("networkMode")))
        if group.target_type != wanted:
            yield Finding(
                self.name,
                Severity.ERROR,
                f"target group {group.name} accepts targets of type {group.target_type}; tasks of "
                f"this network mode are of type {wanted}",
                "Use a target group of that type, or change networkMode.",
            )
        ports = {
            (c.get("name"), int(m.get("containerPort") or 0)): str(m.get("protocol") or "tcp")
            for c in definition.get("containerDefinitions") or []
            for m in c.get("portMappings") or []
        }
        protocol = ports.get((name, port))
        if balancer.port_name and not name:
            yield Finding(
                self.name,
                Severity.ERROR,
                f"the task definition has no port named {balancer.port_name}, which the service's "
                "VPC Lattice configuration names",
                "Name the port in portMappings, or deploy the configuration with --update-service.",
            )
        elif protocol is None and not _in_a_range(definition, balancer):
            yield Finding(
                self.name,
                Severity.ERROR,
                f"container {name} maps no port {port}, which the service's load balancer names",
                "Add the port mapping, or deploy the load balancer with --update-service.",
            )
        if protocol and not _agree(group.protocol, protocol):
            yield Finding(
                self.name,
                Severity.WARNING,
                f"target group {group.name} uses {group.protocol}, container port {port} "
                f"{protocol}",
                "Use the same protocol for both.",
            )
        if not group.in_use:
            owner = "a VPC Lattice service" if group.lattice else "the load balancer"
            yield Finding(
                self.name,
                Severity.WARNING,
                f"no listener forwards to target group {group.name}",
                f"Let a listener of {owner} forward to it: targets there stay unused.",
            )


def _agree(groups: str, containers: str) -> bool:
    """Return whether a target group's protocol can reach a port of a container's protocol."""
    udp = groups in {"UDP", "QUIC"}
    return not groups or "TCP_" in groups or udp == (containers == "udp")


def _in_a_range(definition: Shape, balancer: LoadBalancer) -> bool:
    """Return whether a range of ports includes the balancer's (ECS API reference, PortMapping)."""
    for container in definition.get("containerDefinitions") or []:
        for mapping in container.get("portMappings") or []:
            first, _, last = str(mapping.get("containerPortRange") or "").partition("-")
            if container.get("name") != balancer.container_name or not first.isdigit():
                continue
            if int(first) <= balancer.container_port <= int(last or first):
                return True
    return False
