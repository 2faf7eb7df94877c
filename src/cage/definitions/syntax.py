"""The result of the parsers of all formats, and messages for text that none understands."""

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
    (re.compile(r"\{\{(?:[^}\n]|\}(?!\})){0,60}+(?:\}\})?"), "a template"),
    (re.compile(r"\{%(?:[^%\n]|%(?!\})){0,60}+(?:%\})?"), "a template"),
    (re.compile(r"<%(?:[^%\n]|%(?!>)){0,60}+(?:%>)?"), "a template"),
    (re.compile(r"<[A-Za-z][\w .-]*>"), "a blank"),
    (re.compile(r"%[A-Za-z_]\w*%"), "a placeholder"),
    (re.compile(r"@\w+@"), "a placeholder"),
    (re.compile(r"__[A-Za-z]\w*__"), "a placeholder"),
    (re.compile(r"(?:\$|\()\([A-Za-z][\w.-]*\)+"), "a placeholder"),
    (re.compile(r"(?:\$|\[)\[[A-Za-z][\w.-]*\]+"), "a placeholder"),
    (re.compile(r"#\{[^}\n]*\}"), "a placeholder"),
    (re.compile(r"\$+[A-Za-z_]\w*\$*"), "a placeholder"),
)
_MISTAKES = (
    (
        re.compile("[\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019]"),
        "JSON doesn't allow these quotes",
        'Use " instead',
    ),
    (
        re.compile("[\u00a0\u200b-\u200f\u2028\u2029\u2060\ufeff\u3000]"),
        "{} is an invisible character",
        "Remove it",
    ),
    (re.compile("[\x00-\x1f\x7f]"), "{} is a control character", "Remove it"),
    (re.compile(r"'"), "JSON doesn't allow single quotes", 'Use " instead'),
    (re.compile(r"(?:True|False|None)\b"), "this is Python, not JSON", "Write true, false or null"),
    (re.compile(r"[+-]?(?:NaN|Infinity)\b"), "JSON doesn't allow this number", "Write a number"),
    (
        re.compile(r"\.\.\.|\u2026"),
        "an ellipsis stands for something that was left out",
        "Write what belongs there, or remove it",
    ),
    (re.compile(r"[+-]?[0-9.]"), "this is not a JSON number", "Write it as 80 or 0.5"),
    (re.compile(r"[A-Za-z_][\w-]*\s*:"), "the key is not in quotes", 'Put it in "'),
    (
        re.compile(r"[A-Za-z_][\w-]*\s*="),
        "the key is not in quotes, and = is not a colon",
        'Write "key": ',
    ),
    (re.compile(r"`"), "this is Markdown, not JSON", "Remove it"),
    (re.compile(r"="), "JSON has a colon between key and value", "Write : instead"),
    (re.compile(r";"), "JSON has commas between members", "Write , instead"),
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
    """Describe what the text at that offset seems to be, and how to fix it."""
    if at >= len(text):
        return "the file ends too early", "Close every bracket and quote"
    if text[at] == '"':
        return _bad_string(text, at)
    if unrendered := left_over(text, at):
        return unrendered
    for pattern, message, remedy in _MISTAKES:
        if pattern.match(text, at):
            return message.format(f"U+{ord(text[at]):04X}"), remedy
    word = re.compile(r"\w{1,40}").match(text, at)
    found_text = quoted(word.group() if word else text[at])
    return f"unexpected {found_text}", "Put texts in double quotes"


def left_over(text: str, at: int) -> tuple[str, str] | None:
    """Describe the template or blank at that offset, and what to do; None if there is none."""
    for pattern, kind in _UNRENDERED:
        if found := pattern.match(text, at):
            return f"{quoted(found.group())} is {kind} that was not filled in", _SET_OR_RENDER
    return None


def _bad_string(text: str, at: int) -> tuple[str, str]:
    inside = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\.)*+').match(text, at)
    stop = inside.end() if inside else at
    if stop >= len(text):
        return "the string has no closing quote", 'Close it with "'
    if text[stop] in "\r\n":
        return (
            "the string is not closed on its line",
            'Close it with ", and write \\n for a line end',
        )
    return f"the string contains the control character U+{ord(text[stop]):04X}", (
        "Write \\t for a tab, \\u00XX for others"
    )
