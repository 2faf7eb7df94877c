"""Settings for access to AWS."""

from __future__ import annotations

import dataclasses

from cage.knobs.kinds import Text
from cage.knobs.knob import knobs_of, setting
from cage.options.command_line import words_of

_AWS = "AWS"


@dataclasses.dataclass(frozen=True, slots=True)
class Access:
    """Settings for access to AWS."""

    profile: str | None = setting(
        "--profile",
        Text(),
        "Profile of the AWS config.",
        variables=("AWS_PROFILE",),
        default=None,
        heading=_AWS,
    )
    endpoint_url: str | None = setting(
        "--endpoint-url",
        Text("URL"),
        "Send AWS calls to this address.",
        variables=(),  # botocore reads its own
        default=None,
        heading=_AWS,
    )

    @property
    def words(self) -> tuple[str, ...]:
        """The settings, as words of a command line."""
        found = [(knob, getattr(self, path)) for path, knob in knobs_of(Access)]
        return tuple(word for knob, value in found if value for word in words_of(knob, value))
