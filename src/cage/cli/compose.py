"""From flags, variables and files to a request: the one place where they meet."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cage import settings
from cage.definitions import Definitions
from cage.errors import UsageError
from cage.model import Shape
from cage.operations.request import Request, Timeouts
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


def definitions(
    directory: Path | None, flags: Mapping[str, Any], *, needs_service: bool
) -> Definitions:
    """Read the definition files, as far as the flags leave something to them.

    Args:
        needs_service: Whether the service definition is needed though the flags name the
            service.

    Raises:
        DefinitionError: The files can't be used.
    """
    from cage.aws.shapes import EcsShapes
    from cage.definitions import load_directory, load_service_definition, load_task_definition

    environ = os.environ
    if directory is None:
        return Definitions(None, None, ())
    shapes = EcsShapes()
    revision = pick(
        ("", flags.get("task_definition_arn")), (settings.TASK_DEFINITION_ARN_KEY,), environ
    ).value
    named = all(
        pick(("", flags.get(name)), (variable,), environ).value
        for name, variable in (("cluster", settings.CLUSTER_KEY), ("service", settings.SERVICE_KEY))
    )
    has_service = (directory / "service.json").exists()
    if revision:
        service = load_service_definition(directory, environ, shapes) if has_service else None
        if service is None and (needs_service or not named):
            service = load_service_definition(directory, environ, shapes)
        return Definitions(service, None, ())
    if not has_service and named and not needs_service and directory.is_dir():
        return Definitions(None, load_task_definition(directory, environ, shapes), ())
    return load_directory(directory, environ, shapes)


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
        wait_for_turn_s=flags.get("wait_for_turn"),
        timeouts=timeouts(flags, environ),
    )


def place(flags: Mapping[str, Any]) -> tuple[str, str]:
    """Return the cluster and the service that flags and variables name.

    Raises:
        UsageError: One of them is named nowhere.
    """
    cluster = _named("cluster", settings.CLUSTER_KEY, flags, None)
    return cluster, _named("service", settings.SERVICE_KEY, flags, None)


def cluster_of(flags: Mapping[str, Any]) -> tuple[str, str | None]:
    """Return the cluster that flags and variables name, and the service, if they name one.

    Raises:
        UsageError: No cluster is named.
    """
    service = pick(("--service", flags.get("service")), (settings.SERVICE_KEY,), os.environ).value
    return _named("cluster", settings.CLUSTER_KEY, flags, None), service


def _named(name: str, variable: str, flags: Mapping[str, Any], filed: str | None) -> str:
    setting = pick((f"--{name}", flags.get(name)), (variable,), os.environ, ("service.json", filed))
    if not setting.value:
        raise UsageError(
            f"No {name} is named.",
            f"Neither --{name} nor {variable} is set, and no service.json names it.",
            f"Pass --{name}, or name a directory whose service.json does.",
        )
    return str(setting.value)
