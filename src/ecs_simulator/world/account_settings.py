"""The account's settings: what each principal set, the account's defaults, and AWS's.

Source: ECS API reference, PutAccountSetting, PutAccountSettingDefault and ListAccountSettings;
ECS developer guide, "Access Amazon ECS features with account settings".
"""

from __future__ import annotations

from collections.abc import Mapping

from ecs_simulator.world.errors import ApiError
from ecs_simulator.world.task_entities import ACCOUNT

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
"""Who calls the simulated account."""

_SWITCH = ("enabled", "disabled")
_VALUES: Mapping[str, tuple[str, ...]] = {
    "serviceLongArnFormat": _SWITCH,
    "taskLongArnFormat": _SWITCH,
    "containerInstanceLongArnFormat": _SWITCH,
    "awsvpcTrunking": ("disabled", "enabled"),
    "containerInsights": ("disabled", "enabled", "enhanced"),
    "fargateFIPSMode": ("disabled", "enabled"),
    "tagResourceAuthorization": ("on", "off"),
    "fargateTaskRetirementWaitPeriod": ("7", "0", "14"),
    "guardDutyActivate": ("off", "on"),
    "defaultLogDriverMode": ("non-blocking", "blocking"),
    "fargateEventWindows": ("disabled", "enabled"),
}
"""The values of each setting, AWS's default first.

*Unknown*: the default of fargateEventWindows.
"""

_READ_ONLY = "guardDutyActivate"


class AccountSettings:
    """The settings of one account in one Region."""

    def __init__(self) -> None:
        self._chosen: dict[tuple[str, str], str] = {}

    def put(self, name: str, value: str, principal: str = ROOT) -> None:
        """Choose a value for a principal; the root user's applies to all who chose none.

        Raises:
            ApiError: The setting or the value doesn't exist, or the setting is read-only.
                *Unknown*: ECS's texts.
        """
        if name not in _VALUES:
            raise _invalid(f"Unknown account setting {name}.")
        if name == _READ_ONLY:
            raise _invalid(f"The account setting {name} is read-only.")
        if value not in _VALUES[name]:
            known = ", ".join(_VALUES[name])
            raise _invalid(f"The value of {name} must be one of {known}.")
        self._chosen[principal, name] = value

    def delete(self, name: str, principal: str = ROOT) -> None:
        """Forget what a principal chose."""
        if name not in _VALUES:
            raise _invalid(f"Unknown account setting {name}.")
        self._chosen.pop((principal, name), None)

    def effective(self, name: str, principal: str = ROOT) -> str:
        """Return the value that applies to a principal."""
        own, of_account = self._chosen.get((principal, name)), self._chosen.get((ROOT, name))
        return own or of_account or _VALUES[name][0]

    def shown(self, principal: str, *, effective: bool) -> list[dict[str, str]]:
        """Return a principal's settings by name; all that apply if `effective`."""
        names = [n for n in _VALUES if effective or (principal, n) in self._chosen]
        return [self.show(name, principal) for name in sorted(names)]

    def show(self, name: str, principal: str = ROOT) -> dict[str, str]:
        """Return a setting as the API shows it."""
        kind = "aws_managed" if name == _READ_ONLY else "user"
        value = self.effective(name, principal)
        return {"name": name, "value": value, "principalArn": principal, "type": kind}


def _invalid(text: str) -> ApiError:
    return ApiError("InvalidParameterException", text)
