"""Writes definition files: reading the text returns what was written."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING, Any

from cage.definitions.limits import MAX_PLACEHOLDER_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Mapping

_INDENT = "  "
_MARK = "${"
_BRACE = re.compile(r"[{}]")


@dataclasses.dataclass(frozen=True, slots=True)
class Blank:
    """A value that the file leaves to the variable of that name."""

    name: str


def definition_text(definition: Mapping[str, Any]) -> str:
    """Return a definition as JSON, with `Blank`s as `${NAME}` and every other `${` escaped."""
    return _text(definition, "\n") + "\n"


def _text(value: Any, line: str) -> str:
    inner = line + _INDENT
    match value:
        case Blank():
            return f'"{_MARK}{value.name}}}"'
        case str():
            return _escaped(json.dumps(value, ensure_ascii=not value.isprintable()))
        case dict() if value:
            entries = [f"{_text(key, inner)}: {_text(item, inner)}" for key, item in value.items()]
            return f"{{{inner}{f',{inner}'.join(entries)}{line}}}"
        case list() if value and any(isinstance(item, dict | list) for item in value):
            return f"[{inner}{f',{inner}'.join(_text(item, inner) for item in value)}{line}]"
        case list():
            return f"[{', '.join(_text(item, line) for item in value)}]"
        case _:
            return json.dumps(value)


def _escaped(token: str) -> str:
    """Keep each `${` of a JSON string from being read as a placeholder.

    `$${…}` is read as a literal `${…}` up to the brace that closes it. If no brace does, the
    dollar sign is written as JSON's own escape.
    """
    result, position = "", 0
    while (mark := token.find(_MARK, position)) >= 0:
        start = mark + len(_MARK)
        close = _closing(token, start)
        result += token[position:mark]
        if close is None:
            result, position = result + "\\u0024{", start
        else:
            result, position = result + "$" + token[mark:close], close
    return result + token[position:]


def _closing(token: str, position: int) -> int | None:
    """Return the offset after the brace that closes one opened before `position`."""
    depth = 1
    for brace in _BRACE.finditer(token, position, position + MAX_PLACEHOLDER_CHARACTERS // 2):
        depth += 1 if brace.group() == "{" else -1
        if depth == 0:
            return brace.end()
    return None
