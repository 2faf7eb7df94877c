"""Values as messages show them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

_SHOWN_LENGTH = 60


def quoted(text: str) -> str:
    """Return the text in quotes on one line, shortened when it is long."""
    if len(text) > _SHOWN_LENGTH:
        text = text[: _SHOWN_LENGTH - 1] + "…"
    return json.dumps(text, ensure_ascii=not text.isprintable())


def show(value: Any) -> str:
    """Return a scalar for a message. One that knows its `source` is shown as it was written."""
    source = getattr(value, "source", None)
    if source is not None:
        return quoted(source.strip('"'))
    if isinstance(value, str):
        return quoted(value)
    return quoted(json.dumps(value))[1:-1]


def listed(names: Iterable[str]) -> str:
    """Return the names as part of a sentence."""
    return ", ".join(names) or "none"
