"""Builds a text that a regular expression matches, for applications that log requested lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

_CATEGORIES = {
    codes.CATEGORY_DIGIT: r"\d",
    codes.CATEGORY_NOT_DIGIT: r"\D",
    codes.CATEGORY_SPACE: r"\s",
    codes.CATEGORY_NOT_SPACE: r"\S",
    codes.CATEGORY_WORD: r"\w",
    codes.CATEGORY_NOT_WORD: r"\W",
}
_OTHERS = "x7 -"


def sample(pattern: re.Pattern[str]) -> str | None:
    """Return a short text that the pattern matches; None if building one isn't simple."""
    groups: dict[int, str] = {}
    text = _of(_parser.parse(pattern.pattern, pattern.flags), groups)
    return text if pattern.search(text) else None


def _of(parsed: Iterable[tuple[Any, Any]], groups: dict[int, str]) -> str:
    return "".join(_one(code, value, groups) for code, value in parsed)


def _one(code: Any, value: Any, groups: dict[int, str]) -> str:
    """Return a text for one part of a pattern; empty for lookarounds and anchors."""
    if code is codes.LITERAL:
        return chr(value)
    if code is codes.NOT_LITERAL:
        return next(c for c in _OTHERS if ord(c) != value)
    if code is codes.ANY:
        return "x"
    if code is codes.IN:
        return _of_class(value)
    if code is codes.BRANCH:
        return _of(value[1][0], groups)
    if code in {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}:
        least, most, part = value
        return _of(part, groups) * int(max(least, min(1, most)))
    if code is codes.SUBPATTERN:
        text: str = _of(value[3], groups)
        if value[0] is not None:
            groups[value[0]] = text
        return text
    if code is codes.ATOMIC_GROUP:
        return _of(value, groups)
    return groups[value] if code is codes.GROUPREF else ""


def _of_class(members: list[tuple[Any, Any]]) -> str:
    """Return a character of a bracketed class, or one outside it if the class is negated."""
    if members[0][0] is codes.NEGATE:
        return next((c for c in _OTHERS if not any(_has(m, c) for m in members[1:])), "")
    code, value = members[0]
    if code is codes.RANGE:
        return chr(value[0])
    if code is codes.CATEGORY:
        return next(c for c in _OTHERS if _has(members[0], c))
    return chr(value)


def _has(member: tuple[Any, Any], character: str) -> bool:
    code, value = member
    if code is codes.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    if code is codes.CATEGORY:
        return re.match(_CATEGORIES[value], character) is not None
    return bool(ord(character) == value)
