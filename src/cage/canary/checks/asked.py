"""All that is asked beside what every canary is asked, as flags and `cage.json` say it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TypeVar

from cage.canary.checks.approve import ApproveSettings, approve_settings
from cage.canary.checks.command import CommandSettings, command_settings
from cage.canary.checks.http import HttpSettings, http_settings, misfit
from cage.canary.checks.told import Told
from cage.errors import RefusedError
from cage.model import Revision, Service, Shape

S = TypeVar("S")


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """The checks that were asked for, by kind."""

    http: tuple[HttpSettings, ...] = ()
    commands: tuple[CommandSettings, ...] = ()
    alarms: tuple[str, ...] = ()
    approve: ApproveSettings | None = None

    @property
    def longest_s(self) -> float:
        """How long they may take at most, in seconds."""
        approve_s = self.approve.timeout_s if self.approve else 0.0
        asked_s = sum(h.longest_s for h in self.http) + sum(c.timeout_s for c in self.commands)
        return asked_s + approve_s

    def misfit(self, service: Service, revision: Revision) -> RefusedError | None:
        """Return why something can't be asked of a canary of the revision; None if all can."""
        found = (misfit(settings, service, revision) for settings in self.http)
        return next((refusal for refusal in found if refusal is not None), None)


def asked(checks: Shape) -> Asked:
    """Read `checks` as `cage.json` has it.

    Raises:
        UsageError: A value can't be used; the message names its place.
    """
    return Asked(
        http=_each(checks, "http", http_settings),
        commands=_each(checks, "command", command_settings),
        alarms=tuple(dict.fromkeys(str(name) for name in checks.get("alarms") or () if name)),
        approve=None
        if checks.get("approve") is None
        else approve_settings(Told(checks["approve"], "checks.approve")),
    )


def _each(checks: Shape, key: str, read: Callable[[Told], S]) -> tuple[S, ...]:
    said = enumerate(checks.get(key) or ())
    return tuple(read(Told(one, f"checks.{key}[{number}]")) for number, one in said)
