"""Paths of changes: members by their key, named things by their name in brackets."""

from __future__ import annotations

import json
import re
from typing import TypeAlias

_PLAIN = re.compile(r"[\w./:@#+-]+")


class Label(str):
    """The name of a named thing or of a map's entry: a word that people chose."""

    __slots__ = ()


Path: TypeAlias = tuple[str, ...]
"""The path from the top of a request: keys, and `Label` for names."""


def path_text(path: Path) -> str:
    """Return the path in the form `containerDefinitions[web].image`; odd names are quoted."""
    text = ""
    for step in path:
        if isinstance(step, Label):
            text += f"[{step}]" if _PLAIN.fullmatch(step) else f"[{json.dumps(step)}]"
        else:
            text += f".{step}" if text else step
    return text
