"""Types that the rest of the model uses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Shape: TypeAlias = Mapping[str, Any]
"""A structure of the AWS API, passed on unchanged, with the API's keys."""

FOREIGN = {"foreign": True}
"""Metadata of a field that holds the application's or AWS's text."""

_BORDER = re.compile(r"(?<=[a-z])(?=[A-Z])")


def short(arn: str) -> str:
    """Return the last part of an ARN or of a path, such as `web:2`."""
    return arn.rpartition("/")[2]


def several(number: int, thing: str, things: str = "") -> str:
    """Return a number with its noun, such as `1 task` or `2 tasks`.

    Args:
        thing: The noun in the singular.
        things: The plural, if it isn't the singular with an s.
    """
    return f"{number} {thing if number == 1 else things or thing + 's'}"


def listed(names: Sequence[str], word: str = "and") -> str:
    """Return names as a phrase, such as `a, b and c`."""
    *most, last = names
    return f"{', '.join(most)} {word} {last}" if most else last


def kebab(name: str) -> str:
    """Return a class name as programs know it, such as `rolled-back`."""
    return _BORDER.sub("-", name).lower()


def kind_of(value: object) -> str:
    """Return the name of a value's class as programs know it."""
    return kebab(type(value).__name__)
