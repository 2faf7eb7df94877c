"""The input of an operation, named like in the Go package: a view of `Request`'s fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from cage.knobs.knob import made
from cage.model.base import Shape
from cage.model.errors import UsageError
from cage.options.invocation import Invocation
from cage.options.request import Request, field_of

_PATH = "path"


def _as(path: str, default: Any = "") -> Any:
    """Return a field that represents a field of `Request` and has its default."""
    return dataclasses.field(default=default, metadata={_PATH: path})


def _time(path: str) -> Any:
    return _as(path, field_of(path).default)


@dataclasses.dataclass(slots=True)
class Envars:
    """The complete input of `Cage`; an empty string means that a value is not set.

    Attributes:
        ci: Kept for compatibility with the Go API: the library never asks questions.
        canary_instance_arn: Where the canary of an EC2 service starts: an EC2 instance id,
            a container instance id or ARN, or `auto`.
        task_definition_arn: The revision to roll out, as an ARN or `family:revision`.
        task_definition_input: Input of register-task-definition.
        service_definition_input: Input of create-service.
        canary_task_idle_duration: Seconds that a canary must stay up before the promotion.
        canary_task_running_wait: Seconds to wait for the canary to start running.
        canary_task_health_check_wait: Seconds to wait for the canary to become healthy.
        canary_task_stopped_wait: Seconds to wait for the canary to stop.
        service_stable_wait: Seconds to wait for the service's deployment to complete.
        floor: Healthy targets that the service must keep, like `2`, or `75%` of its desired
            count.
        verify: Whether the preflight checks run. Services other than ECS and ELB are queried
            only if cage creates the clients itself.
        lock_as: Who acquires the service's lock in SSM Parameter Store, like `ana@laptop`.
        wait_for_turn: Seconds to wait for another rollout to end; None: don't wait.
    """

    ci: bool = False
    region: str = _as("region")
    cluster: str = _as("cluster")
    service: str = _as("service")
    canary_instance_arn: str = _as("canary_instance")
    task_definition_arn: str = _as("revision")
    task_definition_input: Shape | None = _as("task_definition", None)
    service_definition_input: Shape | None = _as("service_definition", None)
    canary_task_idle_duration: float = _time("timeouts.idle_s")
    canary_task_running_wait: float = _time("timeouts.running_s")
    canary_task_health_check_wait: float = _time("timeouts.health_check_s")
    canary_task_stopped_wait: float = _time("timeouts.stopped_s")
    service_stable_wait: float = _time("timeouts.stable_s")
    floor: str = _as("floor")
    verify: bool = _as("verify", default=True)
    lock_as: str = _as("lock_as")
    wait_for_turn: float | None = _as("wait_for_turn_s", None)


def request_of(env: Envars) -> Request:
    """Return the request that an `Envars` describes.

    Raises:
        UsageError: Region, cluster, service, or the revision to roll out is missing.
    """
    ensure_envars(env)
    values = {"region": "", "cluster": "", "service": "", **dict(_given(env))}
    request: Request = made(Request, values)
    return request


def _given(env: Envars) -> Iterator[tuple[str, Any]]:
    for field in dataclasses.fields(Envars):
        value = getattr(env, field.name)
        path = field.metadata.get(_PATH)
        if path == "floor" and value:
            value = Invocation(None, {"floor": value}, {}).field("floor")
        if path is not None and value != field.default:
            yield path, value


def ensure_envars(env: Envars) -> None:
    """Require all values that an operation needs.

    Raises:
        UsageError: Region, cluster, service, or the revision to roll out is missing.
    """
    for name in ("region", "cluster", "service"):
        if not getattr(env, name):
            key = field_of(name).variables[0]
            raise UsageError(f"No {name} specified.", "", f"Set Envars.{name} ({key}).")
    if not env.task_definition_arn and env.task_definition_input is None:
        key = field_of("revision").variables[0]
        raise UsageError(
            "There is nothing to roll out.",
            "Both task_definition_arn and task_definition_input are missing.",
            f"Set one of them ({key} specifies a revision).",
        )


def merge_envars(dest: Envars, src: Envars) -> None:
    """Copy into `dest` each value that is set in `src`; defaults in `src` change nothing."""
    for field in dataclasses.fields(Envars):
        value = getattr(src, field.name)
        if value != field.default:
            setattr(dest, field.name, value)
