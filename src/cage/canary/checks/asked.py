"""All that is asked beside what every canary is asked, as flags and `cage.json` say it.

A new kind of check is a file with its settings, a line in `_READERS`, and a field of `Asked`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from cage.canary.checks.approve import ApproveSettings, approve_settings
from cage.canary.checks.command import CommandSettings, command_settings
from cage.canary.checks.http import HttpSettings, http_settings
from cage.canary.checks.logs import LogsSettings, logs_settings
from cage.canary.checks.metrics import MetricSettings, metric_settings
from cage.canary.checks.protocol import Means, Questions, Settings
from cage.canary.checks.told import Told
from cage.model.base import Shape
from cage.model.errors import RefusedError
from cage.model.services import Service


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """The checks that were asked for, by kind; they are asked in this order."""

    http: tuple[HttpSettings, ...] = ()
    commands: tuple[CommandSettings, ...] = ()
    logs: tuple[LogsSettings, ...] = ()
    metrics: tuple[MetricSettings, ...] = ()
    alarms: tuple[str, ...] = ()
    approve: ApproveSettings | None = None

    @property
    def settings(self) -> tuple[Settings, ...]:
        """Everything that is asked of the canary itself."""
        return (*self.http, *self.commands, *self.logs, *self.metrics)

    @property
    def longest_s(self) -> float:
        """How long they may take at most, in seconds."""
        approve_s = self.approve.timeout_s if self.approve else 0.0
        return sum(one.longest_s for one in self.settings) + approve_s

    def misfit(self, service: Service, definition: Shape) -> RefusedError | None:
        """Return why something can't be asked of a canary of a task definition."""
        found = (one.misfit(service, definition) for one in self.settings)
        return next((refusal for refusal in found if refusal is not None), None)

    def questions(self, means: Means) -> Questions:
        """Return the checks, for one canary."""
        each = [one.questions(means) for one in self.settings]
        return Questions(
            alone=tuple(check for one in each for check in one.alone),
            serving=tuple(check for one in each for check in one.serving),
        )


_READERS: Mapping[str, tuple[str, Callable[[Told], Settings]]] = {
    "http": ("http", http_settings),
    "commands": ("command", command_settings),
    "logs": ("logs", logs_settings),
    "metrics": ("metrics", metric_settings),
}
"""By the field of `Asked`: the key in `cage.json`, and what reads one entry of it."""


def asked(checks: Shape) -> Asked:
    """Read `checks` as `cage.json` has it.

    Raises:
        UsageError: A value can't be used; the message names its place.
    """
    found: dict[str, Any] = {}
    for field, (key, read) in _READERS.items():
        said = enumerate(checks.get(key) or ())
        found[field] = tuple(read(Told(one, f"checks.{key}[{number}]")) for number, one in said)
    alarms = dict.fromkeys(str(name) for name in checks.get("alarms") or () if name)
    approve = checks.get("approve")
    return Asked(
        **found,
        alarms=tuple(alarms),
        approve=None if approve is None else approve_settings(Told(approve, "checks.approve")),
    )
