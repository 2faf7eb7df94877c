"""Findings from reading a definition file, with their places."""

from __future__ import annotations

import dataclasses
import enum
import re
from typing import Any, Self

from cage.masking.mask import SecretText
from ecs_rules.request import KeyPath
from ecs_rules.values import quoted, show

__all__ = [
    "FilledInteger",
    "FilledNumber",
    "FilledText",
    "Finding",
    "KeyPath",
    "Place",
    "Severity",
    "filled",
    "path_text",
    "plain",
    "quoted",
    "show",
]

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


class Severity(enum.StrEnum):
    """Whether a finding keeps the file from being used."""

    ERROR = "error"
    WARNING = "warning"


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """A place in a file as written, before variables are replaced; counted from 1.

    Attributes:
        file: The file's name.
        path: The path to the file, as the reader specified it.
    """

    file: str
    line: int
    column: int
    path: str = dataclasses.field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about a definition file.

    Attributes:
        place: None when the finding is about a file that doesn't exist.
        path: For example `containerDefinitions[0].image`; empty when it is about the whole file.
        message: The problem, without the value of any variable.
        remedy: How to fix it; can be empty when the message is enough.
    """

    severity: Severity
    place: Place | None
    path: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        return self._text(str(self.place or ""))

    @property
    def line(self) -> str:
        """The finding on one line, with the path to the file as the reader specified it."""
        place = self.place
        return self._text(
            str(dataclasses.replace(place, file=place.path or place.file)) if place else ""
        )

    def _text(self, where: str) -> str:
        head = ": ".join(part for part in (where, self.path, self.message) if part)
        return f"{head}. {self.remedy}" if self.remedy else head


def path_text(path: KeyPath) -> str:
    """Return the path as people write it, with odd keys in brackets and quotes."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif isinstance(step, FilledText):
            text += f"[{show(step)}]"
        elif _PLAIN_KEY.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f"[{quoted(step)}]"
    return text


class FilledText(str):
    """A text that contains a variable's value, and remembers how it was written.

    Args:
        value: The text, with variables replaced.
        source: The text as the file has it.
    """

    __slots__ = ("secret", "source")
    source: str
    secret: bool

    def __new__(cls, value: str, source: str, *, secret: bool = False) -> Self:
        """Create the text with its source; `secret`: it contains a secret's value."""
        made = super().__new__(cls, value)
        made.source = source
        made.secret = secret
        return made


class FilledInteger(int):
    """A whole number that came from a variable; see `FilledText`."""

    source: str

    def __new__(cls, value: int, source: str) -> Self:
        """Create the number with its source."""
        made = super().__new__(cls, value)
        made.source = source
        return made


class FilledNumber(float):
    """A number that came from a variable; see `FilledText`."""

    source: str

    def __new__(cls, value: float, source: str) -> Self:
        """Create the number with its source."""
        made = super().__new__(cls, value)
        made.source = source
        return made


def filled(value: Any, source: str | None, *, secret: bool = False) -> Any:
    """Return the scalar in a form for which `show` returns its source, if it has one."""
    if source is None or isinstance(value, bool):
        return value
    match value:
        case str():
            return FilledText(value, source, secret=secret)
        case int():
            return FilledInteger(value, source)
        case float():
            return FilledNumber(value, source)
        case _:
            return value


def plain(value: Any) -> Any:
    """Return the tree with only what AWS should receive."""
    match value:
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
        case list():
            return [plain(item) for item in value]
        case FilledText():
            return SecretText(value) if value.secret else str(value)
        case FilledInteger():
            return int(value)
        case FilledNumber():
            return float(value)
        case _:
            return value
