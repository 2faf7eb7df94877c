"""From flags, variables and files to a request: the one place where they meet."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from cage import settings
from cage.availability import floor
from cage.availability.floor import Floor
from cage.definitions import Definitions
from cage.errors import UsageError
from cage.model import Shape
from cage.operations.request import ON_FAILURE_CHOICES, Request, Timeouts
from cage.settings import pick

_TIMEOUTS = {
    "running_s": ("task-running-timeout", settings.TASK_RUNNING_TIMEOUT_KEY),
    "health_check_s": ("task-health-check-timeout", settings.TASK_HEALTH_CHECK_TIMEOUT_KEY),
    "stopped_s": ("task-stopped-timeout", settings.TASK_STOPPED_TIMEOUT_KEY),
    "stable_s": ("service-stable-timeout", settings.SERVICE_STABLE_TIMEOUT_KEY),
    "idle_s": ("canary-task-idle-duration", settings.CANARY_TASK_IDLE_DURATION_KEY),
}
_YES = {"1", "true", "yes", "on"}
_NO = {"0", "false", "no", "off"}


def timeouts(flags: Mapping[str, Any], environ: Mapping[str, str]) -> Timeouts:
    """Return the timeouts.

    Raises:
        UsageError: A variable holds something other than seconds.
    """
    defaults = Timeouts()
    found = {}
    for field, (name, variable) in _TIMEOUTS.items():
        flag = (f"--{name}", flags.get(name.replace("-", "_")))
        setting = pick(flag, (variable,), environ, default=getattr(defaults, field))
        try:
            seconds = float(setting.value)
        except ValueError:
            seconds = -1.0
        if not 0 <= seconds < float("inf"):
            raise UsageError(
                f"{setting.origin} is not a number of seconds: {setting.value!r}.",
                "",
                f"Set it to something like {getattr(defaults, field):.0f}.",
            )
        found[field] = seconds
    return Timeouts(**found)


def truth(setting: settings.Setting) -> bool:
    """Read a flag or a variable as yes or no.

    Raises:
        UsageError: The variable holds neither.
    """
    if isinstance(setting.value, bool):
        return setting.value
    word = str(setting.value).strip().lower()
    if word in _YES | _NO:
        return word in _YES
    raise UsageError(
        f"{setting.origin} is neither yes nor no: {setting.value!r}.",
        "",
        f"Set {setting.origin} to true or false.",
    )


def _on_failure(flags: Mapping[str, Any], environ: Mapping[str, str]) -> str:
    setting = pick(
        ("--on-failure", flags.get("on_failure")),
        (settings.ON_FAILURE_KEY,),
        environ,
        default=ON_FAILURE_CHOICES[0],
    )
    if setting.value not in ON_FAILURE_CHOICES:
        raise UsageError(
            f"{setting.origin} is neither {' nor '.join(ON_FAILURE_CHOICES)}: {setting.value!r}.",
            "",
            f"Set {setting.origin} to {' or '.join(ON_FAILURE_CHOICES)}.",
        )
    return str(setting.value)


def request(flags: Mapping[str, Any], found: Definitions, region: str) -> Request:
    """Return the request that the flags, the variables and the files make together.

    Raises:
        UsageError: Something that is needed is named nowhere.
    """
    environ = os.environ
    service_file: Shape = found.service or {}
    revision = pick(
        ("--task-definition-arn", flags.get("task_definition_arn")),
        (settings.TASK_DEFINITION_ARN_KEY,),
        environ,
    ).value
    if revision is None and found.task_definition is None:
        raise UsageError(
            "There is nothing to roll out.",
            "Neither a definition directory nor a revision is named.",
            "Name the directory of task-definition.json, or pass --task-definition-arn.",
        )
    cluster = _named("cluster", settings.CLUSTER_KEY, flags, service_file.get("cluster"))
    service = _named("service", settings.SERVICE_KEY, flags, service_file.get("serviceName"))
    update = pick(
        ("--update-service", flags.get("update_service")),
        (settings.UPDATE_SERVICE_KEY, settings.MISSPELT_UPDATE_SERVICE_KEY),
        environ,
        default=False,
    )
    if truth(update) and found.service is None:
        raise UsageError(
            f"{update.origin} needs a service.json.",
            "It sends what that file says of the service.",
            "Name the directory of service.json.",
        )
    return Request(
        region=region,
        cluster=cluster,
        service=service,
        revision=revision,
        task_definition=found.task_definition if revision is None else None,
        service_definition=found.service,
        update_service=truth(update),
        canary_instance=pick(
            ("--canary-instance-arn", flags.get("canary_instance_arn")),
            (settings.CANARY_INSTANCE_ARN_KEY,),
            environ,
        ).value,
        on_failure=_on_failure(flags, environ),
        floor=_floor(flags),
        verify=not flags.get("no_verify"),
        timeouts=timeouts(flags, environ),
    )


def _floor(flags: Mapping[str, Any]) -> Floor | None:
    setting = pick(("--floor", flags.get("floor")), (settings.FLOOR_KEY,), os.environ)
    return None if setting.value is None else floor.parse(str(setting.value), setting.origin)


def _named(name: str, variable: str, flags: Mapping[str, Any], filed: str | None) -> str:
    setting = pick((f"--{name}", flags.get(name)), (variable,), os.environ, ("service.json", filed))
    if not setting.value:
        raise UsageError(
            f"No {name} is named.",
            f"Neither --{name} nor {variable} is set, and no service.json names it.",
            f"Pass --{name}, or name a directory whose service.json does.",
        )
    return str(setting.value)
