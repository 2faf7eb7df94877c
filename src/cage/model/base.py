"""What the others are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

Shape: TypeAlias = Mapping[str, Any]
"""A structure of the AWS API, passed on as it is, keys as in the API."""

FOREIGN = {"foreign": True}
"""Metadata of a field that holds what the application or AWS said, word for word."""
