"""`${ssm:/path}`: a parameter in SSM Parameter Store.

A version or label after the name (`/path:3`) is Parameter Store's own syntax. A SecureString is
decrypted and treated as a secret.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Self

from cage.definitions import Found, LookupFailedError

if TYPE_CHECKING:
    from cage.aws.lookups.reach import Reach


@dataclasses.dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter, by its name or ARN."""

    name: str

    @classmethod
    def understood(cls, text: str) -> Self:
        """Return the reference in the text."""
        if not text.strip() or text != text.strip():
            raise LookupFailedError("the parameter's name is missing", "Write ${ssm:/path}")
        return cls(text)

    def look_up(self, reach: Reach) -> Found:
        """Query Parameter Store."""
        answer = reach.ask(
            "ssm",
            "get_parameter",
            ("NotFound", f"parameter {self.name} not found"),
            Name=self.name,
            WithDecryption=True,
        )
        parameter = answer["Parameter"]
        return Found(parameter["Value"], secret=parameter["Type"] == "SecureString")
