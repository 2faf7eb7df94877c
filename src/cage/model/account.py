"""Resources of an account other than ECS and load balancers."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from cage.model.base import Shape


@dataclasses.dataclass(frozen=True, slots=True)
class ParameterVersion:
    """One version of an SSM Parameter Store parameter.

    Attributes:
        version: The version number; the first is 1.
        at: When it was written, by Parameter Store's clock.
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
    """An IAM role with its trust policy. Its ARN includes its path."""

    arn: str
    trust: Shape


@dataclasses.dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet.

    Attributes:
        free: How many addresses it has left.
        vpc_id: The VPC that it is in; empty if unknown.
    """

    free: int
    vpc_id: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class VcpuQuota:
    """How many vCPUs an account can use at once.

    Attributes:
        used: vCPUs in use a few minutes ago; None if unknown.
    """

    limit: float
    used: float | None
