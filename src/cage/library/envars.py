"""What an operation needs to know, as the Go package calls it."""

from __future__ import annotations

import dataclasses

from cage.model.base import Shape
from cage.model.errors import UsageError
from cage.operations.request import Timeouts
from cage.settings import (
    CLUSTER_KEY,
    REGION_KEY,
    SERVICE_KEY,
    TASK_DEFINITION_ARN_KEY,
)

_DEFAULTS = Timeouts()


@dataclasses.dataclass(slots=True)
class Envars:
    """Everything that decides what `Cage` does; an empty string means: not given.

    Attributes:
        canary_instance_arn: Where the canary of an EC2 service starts: an EC2 instance id,
            a container instance id or ARN, or `auto`.
        task_definition_arn: A revision to roll out, ARN or `family:revision`.
        task_definition_input: Input of register-task-definition.
        service_definition_input: Input of create-service.
        canary_task_idle_duration: Seconds that a canary without load balancer must stay up.
        canary_task_running_wait: Seconds that the canary may take to run.
        canary_task_health_check_wait: Seconds that the canary may take to be healthy.
        canary_task_stopped_wait: Seconds that the canary may take to stop.
        service_stable_wait: Seconds that the service's deployment may take.
        verify: Whether what can be known before the start is verified first; only where
            cage makes the clients itself are other services than ECS and ELB asked.
        floor: Healthy targets that the service must keep, as `2`, or `75%` of its desired count.
        lock_as: Who takes the service's lock in SSM Parameter Store, as `ana@laptop`.
        wait_for_turn: Seconds to wait for another rollout to end; None: not at all.
    """

    ci: bool = False
    region: str = ""
    cluster: str = ""
    service: str = ""
    canary_instance_arn: str = ""
    task_definition_arn: str = ""
    task_definition_input: Shape | None = None
    service_definition_input: Shape | None = None
    canary_task_idle_duration: float = _DEFAULTS.idle_s
    canary_task_running_wait: float = _DEFAULTS.running_s
    canary_task_health_check_wait: float = _DEFAULTS.health_check_s
    canary_task_stopped_wait: float = _DEFAULTS.stopped_s
    service_stable_wait: float = _DEFAULTS.stable_s
    floor: str = ""
    verify: bool = True
    lock_as: str = ""
    wait_for_turn: float | None = None


def ensure_envars(env: Envars) -> None:
    """Require that everything is given that an operation needs.

    Raises:
        UsageError: Region, cluster, service, or what to roll out is missing.
    """
    for name, key in (("region", REGION_KEY), ("cluster", CLUSTER_KEY), ("service", SERVICE_KEY)):
        if not getattr(env, name):
            raise UsageError(f"No {name} is given.", "", f"Set Envars.{name} ({key}).")
    if not env.task_definition_arn and env.task_definition_input is None:
        raise UsageError(
            "There is nothing to roll out.",
            "Neither task_definition_arn nor task_definition_input is given.",
            f"Set one of them ({TASK_DEFINITION_ARN_KEY} names a revision).",
        )


def merge_envars(dest: Envars, src: Envars) -> None:
    """Write into `dest` whatever is given in `src`; what `src` leaves at its default stays."""
    default = Envars()
    for field in dataclasses.fields(Envars):
        value = getattr(src, field.name)
        if value != getattr(default, field.name):
            setattr(dest, field.name, value)
