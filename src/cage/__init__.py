"""Roll out services on Amazon ECS, canary first.

Names are imported on first use, to keep `import cage` fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cage._version import __version__

if TYPE_CHECKING:
    from cage.checks.approve import ApproveSettings
    from cage.checks.requested.command import CommandSettings
    from cage.checks.requested.http import HttpSettings
    from cage.checks.requested.logs import LogsSettings
    from cage.checks.requested.metrics import MetricSettings
    from cage.library import (
        Cage,
        Checks,
        Envars,
        ensure_envars,
        load_checks,
        load_request,
        load_service_definition,
        load_task_definition,
        merge_envars,
    )
    from cage.library.keys import (
        CANARY_INSTANCE_ARN_KEY,
        CANARY_TASK_IDLE_DURATION_KEY,
        CLUSTER_KEY,
        REGION_KEY,
        SERVICE_KEY,
        SERVICE_STABLE_TIMEOUT_KEY,
        TASK_DEFINITION_ARN_KEY,
        TASK_HEALTH_CHECK_TIMEOUT_KEY,
        TASK_RUNNING_TIMEOUT_KEY,
        TASK_STOPPED_TIMEOUT_KEY,
        UPDATE_SERVICE_KEY,
    )
    from cage.model.errors import (
        AccessDeniedError,
        AwsError,
        AwsUnavailableError,
        CageError,
        CredentialsError,
        DefinitionError,
        InvalidRequestError,
        NotFoundError,
        RefusedError,
        UsageError,
    )
    from cage.model.events import Event
    from cage.model.outcome import (
        Aborted,
        Interrupted,
        NothingToDo,
        Outcome,
        Promoted,
        RolledBack,
        Superseded,
        Unproven,
    )
    from cage.model.result import Result
    from cage.model.telemetry import Metric
    from cage.runtime.decisions import Decisions

__all__ = [
    "CANARY_INSTANCE_ARN_KEY",
    "CANARY_TASK_IDLE_DURATION_KEY",
    "CLUSTER_KEY",
    "REGION_KEY",
    "SERVICE_KEY",
    "SERVICE_STABLE_TIMEOUT_KEY",
    "TASK_DEFINITION_ARN_KEY",
    "TASK_HEALTH_CHECK_TIMEOUT_KEY",
    "TASK_RUNNING_TIMEOUT_KEY",
    "TASK_STOPPED_TIMEOUT_KEY",
    "UPDATE_SERVICE_KEY",
    "Aborted",
    "AccessDeniedError",
    "ApproveSettings",
    "AwsError",
    "AwsUnavailableError",
    "Cage",
    "CageError",
    "Checks",
    "CommandSettings",
    "CredentialsError",
    "Decisions",
    "DefinitionError",
    "Envars",
    "Event",
    "HttpSettings",
    "Interrupted",
    "InvalidRequestError",
    "LogsSettings",
    "Metric",
    "MetricSettings",
    "NotFoundError",
    "NothingToDo",
    "Outcome",
    "Promoted",
    "RefusedError",
    "Result",
    "RolledBack",
    "Superseded",
    "Unproven",
    "UsageError",
    "__version__",
    "ensure_envars",
    "load_checks",
    "load_request",
    "load_service_definition",
    "load_task_definition",
    "merge_envars",
]

_HOMES = (
    "library", "model.errors", "model.outcome", "library.keys", "model.result", "model.events",
    "model.telemetry", "runtime.decisions",
)  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in __all__:
        for home in _HOMES:
            module = import_module(f"cage.{home}")
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"module 'cage' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
