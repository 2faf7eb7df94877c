"""All of AWS that cage needs, and the world outside it, in one value."""

from __future__ import annotations

import dataclasses

from cage.ports.cloudwatch import CloudWatch
from cage.ports.ecs import Ecs
from cage.ports.logs import Logs
from cage.ports.outside import Outside
from cage.ports.parameters import Parameters
from cage.ports.prerequisites import Prerequisites
from cage.ports.target_groups import TargetGroups


@dataclasses.dataclass(frozen=True, slots=True)
class Gateway:
    """The AWS that an operation works on, and the world outside it.

    Attributes:
        logs: Reads logs when something failed; None: nothing can.
        prerequisites: Looks up before the start what else must be there; None: nothing can.
        parameters: Keeps the locks; None: nothing can.
    """

    ecs: Ecs
    target_groups: TargetGroups
    cloudwatch: CloudWatch
    outside: Outside
    logs: Logs | None = None
    prerequisites: Prerequisites | None = None
    parameters: Parameters | None = None
