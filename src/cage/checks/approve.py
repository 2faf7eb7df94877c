"""How a rollout waits for someone's approval."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cage.knobs.kinds import FilePath, Switch, seconds
from cage.knobs.knob import setting

if TYPE_CHECKING:
    from pathlib import Path

TIMEOUT_S = 1800.0
_LONGEST_S = 86400.0 * 7
_HEADING = "Approval"


@dataclasses.dataclass(frozen=True, slots=True)
class ApproveSettings:
    """Settings for waiting for approval.

    Attributes:
        timeout_s: Seconds to wait for a decision before the rollout is aborted.
        file: A file that decides once it exists, if it contains `promote` or `abort`.
        before_traffic: Whether to wait before the canary joins its target groups.
    """

    timeout_s: float = TIMEOUT_S
    file: Path | None = None
    before_traffic: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Approval:
    """Whether to wait for approval, and how."""

    wanted: bool = setting(
        "--approve",
        Switch(),
        "Wait for someone's approval before the promotion; --yes doesn't approve.",
        name="approve",
        key="checks.approve",
        default=False,
        heading=_HEADING,
    )
    timeout_s: float = setting(
        "--approve-timeout",
        seconds(1, _LONGEST_S),
        "Time to wait for the decision; then the rollout is aborted.",
        key="checks.approve.timeout",
        default=TIMEOUT_S,
        heading=_HEADING,
    )
    file: Path | None = setting(
        "--approve-file",
        FilePath(),
        "File that decides when it appears: it contains promote or abort.",
        key="checks.approve.file",
        default=None,
        heading=_HEADING,
    )

    before_traffic: bool = setting(
        "--approve-before-traffic",
        Switch(),
        "Wait for the approval before the canary receives requests, not after.",
        key="checks.approve.before_traffic",
        default=False,
        heading=_HEADING,
    )

    @property
    def settings(self) -> ApproveSettings | None:
        """The settings for waiting for approval; None if the rollout doesn't wait for it."""
        settings = ApproveSettings(self.timeout_s, self.file, self.before_traffic)
        return settings if self.wanted else None
