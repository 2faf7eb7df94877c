"""From flags, variables and files to a request: the one place where they meet."""

from __future__ import annotations

import getpass
import os
import re
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cage import settings
from cage.availability import floor
from cage.availability.floor import Floor
from cage.canary.checks import Asked, asked
from cage.canary.checks.approve import TIMEOUT_S
from cage.cli import check_flags
from cage.definitions import Definitions
from cage.model.base import Shape
from cage.model.errors import UsageError
from cage.operations.request import ON_FAILURE_CHOICES, Request, Timeouts
from cage.settings import pick

_TIMEOUTS = {
    "running_s": ("task-running-timeout", settings.TASK_RUNNING_TIMEOUT_KEY),
    "health_check_s": ("task-health-check-timeout", settings.TASK_HEALTH_CHECK_TIMEOUT_KEY),
    "stopped_s": ("task-stopped-timeout", settings.TASK_STOPPED_TIMEOUT_KEY),
    "stable_s": ("service-stable-timeout", settings.SERVICE_STABLE_TIMEOUT_KEY),
    "idle_s": ("canary-task-idle-duration", settings.CANARY_TASK_IDLE_DURATION_KEY),
    "bake_s": ("bake", settings.BAKE_KEY),
    "bake_after_s": ("bake-after", settings.BAKE_AFTER_KEY),
}
_YES = {"1", "true", "yes", "on"}
_NO = {"0", "false", "no", "off"}


def timeouts(
    flags: Mapping[str, Any], environ: Mapping[str, str], filed: Mapping[str, Any]
) -> Timeouts:
    """Return the timeouts.

    Args:
        filed: `checks` of `cage.json`.

    Raises:
        UsageError: A variable holds something other than seconds.
    """
    defaults = Timeouts()
    found = {}
    for field, (name, variable) in _TIMEOUTS.items():
        flag = (f"--{name}", flags.get(name.replace("-", "_")))
        key = name.replace("-", "_")
        file = (f"cage.json's checks.{key}", filed.get(key))
        setting = pick(flag, (variable,), environ, file, getattr(defaults, field))
        found[field] = _seconds(setting, getattr(defaults, field))
    return Timeouts(**found)


def _seconds(setting: settings.Setting, like: float) -> float:
    try:
        seconds = float(setting.value)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise UsageError(
            f"{setting.origin} is not a number of seconds: {setting.value!r}.",
            "",
            f"Set it to something like {like:.0f}.",
        )
    return seconds


def wait_for_turn_s(flags: Mapping[str, Any], environ: Mapping[str, str]) -> float | None:
    """Return how long to wait for another rollout to end; None: not at all.

    Raises:
        UsageError: The variable holds something other than seconds.
    """
    flag = ("--wait-for-turn", flags.get("wait_for_turn"))
    setting = pick(flag, (settings.WAIT_FOR_TURN_KEY,), environ)
    return None if setting.value is None else _seconds(setting, 600.0)


def lock_as(
    flags: Mapping[str, Any], environ: Mapping[str, str], *, filed: bool | None = None
) -> str | None:
    """Return who takes the service's lock, as `ana@laptop`; None: nobody is to take it.

    Args:
        filed: `lock` of `cage.json`.

    Raises:
        UsageError: The variable holds neither yes nor no.
    """
    flag = ("--lock", flags.get("lock"))
    wanted = pick(flag, (settings.LOCK_KEY,), environ, ("cage.json's lock", filed), default=False)
    return running_as() if truth(wanted) else None


def running_as() -> str:
    """Return who runs this process, and where, as far as the machine knows."""
    try:
        user = getpass.getuser()
    except (ImportError, KeyError, OSError):  # no such variable, and no entry for the uid
        user = "somebody"
    return re.sub(r"[^\w.@-]", "_", f"{user}@{socket.gethostname()}")[:100]


def checks(flags: Mapping[str, Any], filed: Shape) -> Asked:
    """Return what is asked beside what every canary is asked; a flag beats `cage.json`.

    Raises:
        UsageError: A value can't be used.
    """
    said = check_flags.said(flags, filed)
    return asked({**said, "approve": _approve(flags, filed.get("approve"))})


def _approve(flags: Mapping[str, Any], filed: Shape | None) -> Shape | None:
    """Return how approval is asked for; None if it isn't."""
    wanted = pick(("--approve", flags.get("approve")), (settings.APPROVE_KEY,), os.environ)
    if not (filed is not None if wanted.value is None else truth(wanted)):
        unused = [name for name in ("approve_timeout", "approve_file") if flags.get(name)]
        if unused:
            raise UsageError(
                f"--{unused[0].replace('_', '-')} needs --approve.",
                "Nobody is asked for approval without it.",
                "Add --approve, or leave it out.",
            )
        return None
    said = dict(filed or {})
    timeout = pick(
        ("--approve-timeout", flags.get("approve_timeout")),
        (settings.APPROVE_TIMEOUT_KEY,),
        os.environ,
        ("cage.json's checks.approve.timeout", said.get("timeout")),
        TIMEOUT_S,
    )
    said["timeout"] = _seconds(timeout, TIMEOUT_S)
    if flags.get("approve_file"):
        said["file"] = flags["approve_file"]
    return said


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


def request(
    flags: Mapping[str, Any],
    found: Definitions,
    region: str,
    *,
    directory: Path | None = None,
    resuming: bool = False,
) -> Request:
    """Return the request that the flags, the variables and the files make together.

    Args:
        directory: The definition directory, if there is one.
        resuming: Whether the revision is none of theirs: that of the rollout that is resumed.

    Raises:
        UsageError: Something that is needed is named nowhere.
    """
    environ = os.environ
    service_file: Shape = found.service or {}
    revision = None if resuming else _revision(flags, found)
    cluster = _named("cluster", settings.CLUSTER_KEY, flags, service_file)
    service = _named("service", settings.SERVICE_KEY, flags, service_file)
    return Request(
        region=region,
        cluster=cluster,
        service=service,
        revision=revision,
        task_definition=found.task_definition if revision is None else None,
        service_definition=found.service,
        update_service=_update_service(flags, found),
        canary_instance=pick(
            ("--canary-instance-arn", flags.get("canary_instance_arn")),
            (settings.CANARY_INSTANCE_ARN_KEY,),
            environ,
        ).value,
        on_failure=_on_failure(flags, environ),
        asked=checks(flags, found.checks),
        floor=_floor(flags),
        verify=not flags.get("no_verify"),
        wait_for_turn_s=wait_for_turn_s(flags, environ),
        lock_as=lock_as(flags, environ, filed=found.lock),
        directory=str(directory or ""),
        access=access(flags),
        timeouts=timeouts(flags, environ, found.checks),
    )


def access(flags: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the flags by which AWS is reached, as they were given."""
    given = {"--profile": flags.get("profile"), "--endpoint-url": flags.get("endpoint_url")}
    return tuple(word for flag, value in given.items() if value for word in (flag, value))


def _revision(flags: Mapping[str, Any], found: Definitions) -> str | None:
    """Return the revision that is named; None: the task definition's file is registered."""
    flag = ("--task-definition-arn", flags.get("task_definition_arn"))
    named = pick(flag, (settings.TASK_DEFINITION_ARN_KEY,), os.environ).value
    if named is None and found.task_definition is None:
        raise UsageError(
            "There is nothing to roll out.",
            "Neither a definition directory nor a revision is named.",
            "Name the directory of task-definition.json, or pass --task-definition-arn.",
        )
    return None if named is None else str(named)


def _update_service(flags: Mapping[str, Any], found: Definitions) -> bool:
    update = pick(
        ("--update-service", flags.get("update_service")),
        (settings.UPDATE_SERVICE_KEY, settings.MISSPELT_UPDATE_SERVICE_KEY),
        os.environ,
        default=False,
    )
    if truth(update) and found.service is None:
        raise UsageError(
            f"{update.origin} needs a service.json.",
            "It sends what that file says of the service.",
            "Name the directory of service.json.",
        )
    return truth(update)


def _floor(flags: Mapping[str, Any]) -> Floor | None:
    setting = pick(("--floor", flags.get("floor")), (settings.FLOOR_KEY,), os.environ)
    return None if setting.value is None else floor.parse(str(setting.value), setting.origin)


def place(flags: Mapping[str, Any], found: Definitions | None = None) -> tuple[str, str]:
    """Return the cluster and the service that flags, variables and the service's file name.

    Args:
        found: What was read of a directory; None where the verb reads none.

    Raises:
        UsageError: One of them is named nowhere.
    """
    file = None if found is None else found.service or {}
    cluster = _named("cluster", settings.CLUSTER_KEY, flags, file)
    return cluster, _named("service", settings.SERVICE_KEY, flags, file)


def cluster_of(flags: Mapping[str, Any], found: Definitions) -> tuple[str, str | None]:
    """Return the cluster as `place` does, and the service, if one is named.

    Raises:
        UsageError: No cluster is named.
    """
    file = found.service or {}
    filed = ("service.json", file.get("serviceName"))
    flag = ("--service", flags.get("service"))
    service = pick(flag, (settings.SERVICE_KEY,), os.environ, filed).value
    return _named("cluster", settings.CLUSTER_KEY, flags, file), service


def _named(
    name: str, variable: str, flags: Mapping[str, Any], service_file: Shape | None = None
) -> str:
    """Return a name that is needed; `service_file` is None where a verb reads no files."""
    filed = service_file and service_file.get({"service": "serviceName"}.get(name, name))
    setting = pick((f"--{name}", flags.get(name)), (variable,), os.environ, ("service.json", filed))
    if setting.value:
        return str(setting.value)
    neither = f"Neither --{name} nor {variable} is set"
    if service_file is None:
        raise UsageError(f"No {name} is named.", f"{neither}.", f"Pass --{name}.")
    raise UsageError(
        f"No {name} is named.",
        f"{neither}, and no service.json names it.",
        f"Pass --{name}, or name a directory whose service.json does.",
    )
