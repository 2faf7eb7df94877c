"""What cage knows of AWS's things, as frozen dataclasses.

Names follow AWS's own. Shapes that cage only passes on (a network configuration, say)
stay as the mapping that AWS gave; cage never writes into one.
"""

from __future__ import annotations

from cage.model.account import (
    Alarm,
    ParameterVersion,
    Role,
    VcpuQuota,
)
from cage.model.base import (
    Shape,
)
from cage.model.revisions import (
    ContainerDefinition,
    NetworkMode,
    PortMapping,
    Revision,
)
from cage.model.services import (
    SHIFTING,
    Deployment,
    LoadBalancer,
    PastDeployment,
    Service,
    ServiceDeployment,
    ServiceEvent,
    ServiceRevision,
    load_balancers,
)
from cage.model.targets import (
    Registration,
    Target,
    TargetGroup,
    TargetHealth,
)
from cage.model.tasks import (
    Container,
    ContainerInstance,
    NetworkBinding,
    OnCapacityProviders,
    OnInstance,
    OnLaunchType,
    Placement,
    StartFailure,
    Task,
    TaskRequest,
)

__all__ = [
    "SHIFTING",
    "Alarm",
    "Container",
    "ContainerDefinition",
    "ContainerInstance",
    "Deployment",
    "LoadBalancer",
    "NetworkBinding",
    "NetworkMode",
    "OnCapacityProviders",
    "OnInstance",
    "OnLaunchType",
    "ParameterVersion",
    "PastDeployment",
    "Placement",
    "PortMapping",
    "Registration",
    "Revision",
    "Role",
    "Service",
    "ServiceDeployment",
    "ServiceEvent",
    "ServiceRevision",
    "Shape",
    "StartFailure",
    "Target",
    "TargetGroup",
    "TargetHealth",
    "Task",
    "TaskRequest",
    "VcpuQuota",
    "load_balancers",
]
