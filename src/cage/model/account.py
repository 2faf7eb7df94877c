"""What an account has beside ECS and load balancers."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from cage.model.base import Shape


@dataclasses.dataclass(frozen=True, slots=True)
class ParameterVersion:
    """One version of a parameter of SSM Parameter Store.

    Attributes:
        version: Its number; the first is 1.
        at: When it was written, by Parameter Store's own clock.
    """

    version: int
    value: str
    at: datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Alarm:
    """A CloudWatch alarm; `state` is OK, ALARM or INSUFFICIENT_DATA."""

    name: str
    state: str
    reason: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Role:
    """A role of IAM, with its trust policy; its ARN holds its path."""

    arn: str
    trust: Shape


@dataclasses.dataclass(frozen=True, slots=True)
class VcpuQuota:
    """How many vCPUs an account may use at once.

    Attributes:
        used: How many were in use some minutes ago; None if nobody says.
    """

    limit: float
    used: float | None
