"""Types that the rest of the model uses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

Shape: TypeAlias = Mapping[str, Any]
"""A structure of the AWS API, passed on unchanged, with the API's keys."""

FOREIGN = {"foreign": True}
"""Metadata of a field that holds the application's or AWS's text."""

_BORDER = re.compile(r"(?<=[a-z])(?=[A-Z])")


def kebab(name: str) -> str:
    """Return a class name as programs know it, such as `rolled-back`."""
    return _BORDER.sub("-", name).lower()


def kind_of(value: object) -> str:
    """Return the name of a value's class as programs know it."""
    return kebab(type(value).__name__)
