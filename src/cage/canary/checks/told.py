"""Reading what a user told of one check: each value with its place, as `checks.http[0].port`."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from cage.model.base import Shape
from cage.model.errors import UsageError


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """An object of `cage.json`, whose keys and types were checked when it was read."""

    said: Shape
    place: str

    def inside(self, key: str) -> Told:
        """Return the object under a key."""
        return Told(self.said.get(key) or {}, f"{self.place}.{key}")

    def text(self, key: str, otherwise: str, form: str, example: str) -> str:
        """Return a text that has a form.

        Raises:
            UsageError: It hasn't.
        """
        value = self.said.get(key, otherwise)
        if not isinstance(value, str) or not re.fullmatch(form, value):
            raise self.wrong(key, f"is not {example}", f"Write {example}.")
        return value

    def pattern(self, key: str) -> re.Pattern[str] | None:
        """Return a regular expression; None without one.

        Raises:
            UsageError: It is none.
        """
        value = self.said.get(key)
        return None if value is None else self._compiled(key, value)

    def patterns(self, key: str) -> tuple[re.Pattern[str], ...]:
        """Return a list of regular expressions, each once.

        Raises:
            UsageError: One of them is none, or is empty: it would be found in every line.
        """
        said = dict.fromkeys(map(str, self.said.get(key) or ()))
        if "" in said:
            raise self.wrong(key, "has an empty pattern", "Leave it out.")
        return tuple(self._compiled(key, value) for value in said)

    def _compiled(self, key: str, value: Any) -> re.Pattern[str]:
        try:
            return re.compile(str(value))
        except re.error as error:
            raise self.wrong(key, f"is no regular expression: {error}", "Mend it.") from None

    def number(self, key: str, otherwise: float | None, low: float, high: float) -> float | None:
        """Return a number within bounds.

        Raises:
            UsageError: It is outside them.
        """
        value: Any = self.said.get(key)
        if value is None:
            return otherwise
        if not low <= float(value) <= high:
            raise self.wrong(key, f"is {value}", f"Write a number from {low:g} to {high:g}.")
        return float(value)

    def whole(self, key: str, otherwise: int | None, low: int, high: int) -> int | None:
        """Return a whole number within bounds.

        Raises:
            UsageError: It is outside them, or not whole.
        """
        found = self.number(key, None, low, high)
        return otherwise if found is None else int(found)

    def wrong(self, key: str, what: str, next_step: str) -> UsageError:
        """Return the error for a value."""
        return UsageError(f"{self.place}.{key} {what}.", "", next_step)
