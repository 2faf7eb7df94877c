"""Clusters and capacity providers. Only the world itself writes to them."""

from __future__ import annotations

import dataclasses
from typing import Any

OF_FARGATE = ("FARGATE", "FARGATE_SPOT")
"""The capacity providers that every account has."""


@dataclasses.dataclass(slots=True)
class SimCluster:
    """A cluster's settings: all but its instances, services and tasks.

    Attributes:
        insights: The setting containerInsights.
        configuration: The configuration of ECS Exec and of managed storage.
        namespace: The default Service Connect namespace; empty if none is set.
        providers: The names of its capacity providers.
        strategy: Its default capacity provider strategy.
    """

    name: str
    arn: str
    insights: str = "disabled"
    configuration: dict[str, Any] = dataclasses.field(default_factory=dict)
    namespace: str = ""
    providers: list[str] = dataclasses.field(default_factory=list)
    strategy: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    tags: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(slots=True)
class SimProvider:
    """A capacity provider of the account's own.

    Attributes:
        group: The settings of its Auto Scaling group; None for Managed Instances.
        managed: The settings of its Managed Instances; None for an Auto Scaling group.
        cluster: The only cluster that can use it; empty if every one can.
    """

    name: str
    arn: str
    group: dict[str, Any] | None = None
    managed: dict[str, Any] | None = None
    cluster: str = ""
    status: str = "ACTIVE"
    update_status: str = ""
    update_reason: str = ""
    tags: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def kind(self) -> str:
        """EC2_AUTOSCALING or MANAGED_INSTANCES."""
        return "EC2_AUTOSCALING" if self.managed is None else "MANAGED_INSTANCES"

    @property
    def scales(self) -> bool:
        """Whether ECS adds and removes instances: managed scaling is on, or ECS owns them."""
        if self.managed is not None:
            return True
        scaling = (self.group or {}).get("managedScaling") or {}
        return scaling.get("status") == "ENABLED"
