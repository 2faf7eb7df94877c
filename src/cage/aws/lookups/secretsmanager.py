"""`${secretsmanager:name#key}`: a secret in Secrets Manager, or one key of its JSON.

The name can be an ARN. Every value is a secret.
"""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Self

from cage.definitions import Found, LookupFailedError

if TYPE_CHECKING:
    from cage.aws.lookups.reach import Reach


@dataclasses.dataclass(frozen=True, slots=True)
class SecretValue:
    """A secret, and the key in it; without a key, the whole text."""

    name: str
    key: str | None

    @classmethod
    def understood(cls, text: str) -> Self:
        """Return the reference in the text."""
        name, mark, key = text.partition("#")
        if not name.strip() or (mark and not key):
            raise LookupFailedError(
                "the secret's name, or the key after #, is missing",
                "Write ${secretsmanager:name#key}",
            )
        return cls(name, key if mark else None)

    def look_up(self, reach: Reach) -> Found:
        """Query Secrets Manager."""
        answer = reach.ask(
            "secretsmanager",
            "get_secret_value",
            ("ResourceNotFound", f"secret {self.name} not found"),
            SecretId=self.name,
        )
        text = answer.get("SecretString")
        if text is None:
            raise LookupFailedError(f"the secret {self.name} is binary", "Store it as text")
        return Found(text if self.key is None else self._member(text, self.key), secret=True)

    def _member(self, text: str, key: str) -> str:
        try:
            members = json.loads(text)
        except ValueError:
            members = None
        if not isinstance(members, dict):
            # The parser's own message would quote the secret.
            raise LookupFailedError(
                f"the secret {self.name} is not a JSON object", "Leave out #key"
            )
        value = members.get(key)
        if value is None:
            raise LookupFailedError(f"the secret {self.name} has no key {key}")
        return value if isinstance(value, str) else json.dumps(value)
