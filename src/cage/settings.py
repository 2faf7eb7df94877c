"""Settings, and where each came from: flag, then environment, then file, then default."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

REGION_KEY = "CAGE_REGION"
CLUSTER_KEY = "CAGE_CLUSTER"
SERVICE_KEY = "CAGE_SERVICE"
TASK_DEFINITION_ARN_KEY = "CAGE_TASK_DEFINITION_ARN"
CANARY_INSTANCE_ARN_KEY = "CAGE_CANARY_INSTANCE_ARN"
CANARY_TASK_IDLE_DURATION_KEY = "CAGE_CANARY_TASK_IDLE_DURATION"
TASK_RUNNING_TIMEOUT_KEY = "CAGE_TASK_RUNNING_TIMEOUT"
TASK_HEALTH_CHECK_TIMEOUT_KEY = "CAGE_TASK_HEALTH_CHECK_TIMEOUT"
TASK_STOPPED_TIMEOUT_KEY = "CAGE_TASK_STOPPED_TIMEOUT"
SERVICE_STABLE_TIMEOUT_KEY = "CAGE_SERVICE_STABLE_TIMEOUT"
BAKE_KEY = "CAGE_BAKE"
BAKE_AFTER_KEY = "CAGE_BAKE_AFTER"
APPROVE_KEY = "CAGE_APPROVE"
APPROVE_TIMEOUT_KEY = "CAGE_APPROVE_TIMEOUT"
UPDATE_SERVICE_KEY = "CAGE_UPDATE_SERVICE"
ON_FAILURE_KEY = "CAGE_ON_FAILURE"
TFSTATE_KEY = "CAGE_TFSTATE"
FLOOR_KEY = "CAGE_FLOOR"
LOCK_KEY = "CAGE_LOCK"
WAIT_FOR_TURN_KEY = "CAGE_WAIT_FOR_TURN"
MISSPELT_UPDATE_SERVICE_KEY = "CAGE_UPDATE_SERVIEC"
"""As the Go tool spells it; some CI jobs set it."""

REGION_KEYS = (REGION_KEY, "AWS_REGION", "AWS_DEFAULT_REGION")
"""The Region's variables, the first one that is set counts; the profile comes after them."""


@dataclasses.dataclass(frozen=True, slots=True)
class Setting:
    """A value, and where it came from, as `--cluster`, `CAGE_CLUSTER` or `service.json`."""

    value: Any
    origin: str


def pick(
    flag: tuple[str, Any],
    variables: tuple[str, ...],
    environ: Mapping[str, str],
    file: tuple[str, Any] = ("", None),
    default: Any = None,
) -> Setting:
    """Return the first value that is set, and its origin.

    Args:
        flag: The flag's name, and its value; None: not given.
        variables: The names of its environment variables; an empty one counts as not set.
        file: The file's name, and its value; None: not there.
    """
    name, value = flag
    if value is not None:
        return Setting(value, name)
    for variable in variables:
        if environ.get(variable):
            return Setting(environ[variable], variable)
    name, value = file
    if value is not None:
        return Setting(value, name)
    return Setting(default, "default")
