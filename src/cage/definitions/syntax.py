"""What parsers of all formats give, and words for text that none understands."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from cage.definitions.findings import Finding, quoted

if TYPE_CHECKING:
    from cage.definitions.source import Source
    from cage.definitions.tree import Node

_SET_OR_RENDER = "Render the file first, or use ${NAME} and set NAME"
_UNRENDERED = (
    (re.compile(r"\{\{[^\n]{0,40}"), "a template"),
    (re.compile(r"\{%[^\n]{0,40}"), "a template"),
    (re.compile(r"<%[^\n]{0,40}"), "a template"),
    (re.compile(r"<[A-Za-z][\w .-]*>"), "a blank to fill in"),
    (re.compile(r"%[A-Za-z_]\w*%"), "a placeholder"),
    (re.compile(r"@\w+@"), "a placeholder"),
    (re.compile(r"#\{[^}\n]*\}"), "a placeholder"),
    (re.compile(r"\$+[A-Za-z_]\w*\$*"), "a placeholder"),
)
_MISTAKES = (
    (re.compile(r"'"), "JSON has no single quotes", 'Use " instead'),
    (re.compile(r"(?:True|False|None)\b"), "this is Python, not JSON", "Write true, false or null"),
    (re.compile(r"[+-]?(?:NaN|Infinity)\b"), "JSON has no such number", "Write a number"),
    (re.compile(r"[+-]?[0-9.]"), "this is no JSON number", "Write it as 80 or 0.5"),
    (re.compile(r"[A-Za-z_][\w-]*\s*:"), "the key is not in quotes", 'Put it in "'),
    (re.compile(r"/"), "a comment begins with // or /*", "Write // or remove it"),
)


@dataclasses.dataclass(frozen=True, slots=True)
class ParsedFile:
    """A file after parsing.

    Attributes:
        root: None when the text can't be understood.
    """

    source: Source
    root: Node | None
    findings: list[Finding]


def unexpected(text: str, at: int) -> tuple[str, str]:
    """Say what the text at that offset seems to be, and how to mend it."""
    if at >= len(text):
        return "the file ends too early", "Close what is open"
    if text[at] == '"':
        return _bad_string(text, at)
    for pattern, kind in _UNRENDERED:
        if found := pattern.match(text, at):
            return f"{quoted(found.group())} is {kind} that was not filled in", _SET_OR_RENDER
    for pattern, message, remedy in _MISTAKES:
        if pattern.match(text, at):
            return message, remedy
    word = re.compile(r"\w{1,40}").match(text, at)
    found_text = quoted(word.group() if word else text[at])
    return f"{found_text} is not expected here", "Put texts in double quotes"


def _bad_string(text: str, at: int) -> tuple[str, str]:
    inside = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\.)*+').match(text, at)
    stop = inside.end() if inside else at
    if stop >= len(text):
        return "the string is never closed", 'Close it with "'
    if text[stop] in "\r\n":
        return (
            "the string is not closed on its line",
            'Close it with ", and write \\n for a line end',
        )
    return f"the string holds the control character U+{ord(text[stop]):04X}", (
        "Write \\t for a tab, \\u00XX for others"
    )
