"""What is asked beside what every canary is asked."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from cage.canary.checks import asked
from cage.canary.checks.approve import ApproveSettings
from cage.canary.checks.command import CommandSettings
from cage.canary.checks.http import HttpSettings
from cage.canary.checks.logs import LogsSettings
from cage.canary.checks.metrics import MetricSettings
from cage.definitions.configuration import read_configuration
from cage.model.errors import DefinitionError, UsageError
from cage.operations.request import Timeouts

_DEFAULTS = Timeouts()


@dataclasses.dataclass(frozen=True, slots=True)
class Checks:
    """What is asked beside what every canary is asked; nothing, if all of it is left out.

    Attributes:
        http: Requests to the canary's own address.
        commands: Programs that call the canary good by exiting with 0.
        logs: What the canary must log, and what it must not.
        metrics: CloudWatch metrics of the canary or the service, and their bounds.
        alarms: CloudWatch alarms that must not ring from the start until the end.
        bake_s: How long every check must hold before the promotion.
        bake_after_s: How long the service must stay well after its deployment is proven.
        floor: Healthy targets that the service must keep, as `2`, or `75%` of its desired
            count; beats `Envars.floor`.
        approve: How approval is awaited before the promotion; None: it isn't.
    """

    http: Sequence[HttpSettings] = ()
    commands: Sequence[CommandSettings] = ()
    logs: Sequence[LogsSettings] = ()
    metrics: Sequence[MetricSettings] = ()
    alarms: Sequence[str] = ()
    bake_s: float = _DEFAULTS.bake_s
    bake_after_s: float = _DEFAULTS.bake_after_s
    floor: str = ""
    approve: ApproveSettings | None = None

    def __post_init__(self) -> None:
        for name in ("bake_s", "bake_after_s"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise UsageError(
                    f"Checks.{name} is no number of seconds: {getattr(self, name)!r}.",
                    "",
                    "Pass a number from 0 on.",
                )


def load_checks(directory: str | Path, environ: Mapping[str, str] | None = None) -> Checks:
    """Read `checks` of a directory's `cage.json`; without one, nothing is asked.

    Args:
        directory: The directory that holds `cage.json`.
        environ: The variables for `${NAME}`; None takes the process's environment.

    Raises:
        DefinitionError: The file can't be used; it lists everything that is wrong.
        UsageError: A value can't be used; the message names its place.
    """
    found = read_configuration(Path(directory), os.environ if environ is None else environ)
    if found.refused:
        raise DefinitionError(f"{directory} can't be used", tuple(map(str, found.findings)))
    said = asked(found.checks)
    return Checks(
        http=said.http,
        commands=said.commands,
        logs=said.logs,
        metrics=said.metrics,
        alarms=said.alarms,
        bake_s=float(found.checks.get("bake") or 0),
        bake_after_s=float(found.checks.get("bake_after") or 0),
        approve=said.approve,
    )
