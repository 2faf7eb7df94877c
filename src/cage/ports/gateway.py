"""Every AWS service that cage needs, and the world outside AWS, in one value."""

from __future__ import annotations

import dataclasses

from cage.ports.cloudwatch import CloudWatch
from cage.ports.ecs import Ecs
from cage.ports.listeners import Listeners
from cage.ports.logs import Logs
from cage.ports.outside import Outside
from cage.ports.parameters import Parameters
from cage.ports.prerequisites import Prerequisites
from cage.ports.shapes import Shapes
from cage.ports.target_groups import TargetGroups


@dataclasses.dataclass(frozen=True, slots=True)
class Gateway:
    """The AWS services that an operation uses, and the world outside them.

    Attributes:
        shapes: The data types of the ECS API.
        logs: Reads logs when something failed; None: logs can't be read.
        prerequisites: Checks before the start that dependencies exist; None: they can't be checked.
        parameters: Stores the locks; None: locks can't be stored.
    """

    ecs: Ecs
    target_groups: TargetGroups
    listeners: Listeners
    cloudwatch: CloudWatch
    outside: Outside
    shapes: Shapes
    logs: Logs | None = None
    prerequisites: Prerequisites | None = None
    parameters: Parameters | None = None
