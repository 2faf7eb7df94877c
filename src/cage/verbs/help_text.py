"""A command's help: its paragraphs, and its settings under their headings.

The help is built from the declaration alone, without click, so it appears immediately.
"""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cage.knobs.knob import Knob
    from cage.verbs.verb import Verb

_ORDER = (
    "Service", "Files", "Rollout", "Checks", "Approval", "Time limits", "AWS", "Rehearsal",
    "Other", "Output",
)  # fmt: skip
"""The headings, in order; those of plug-ins come last."""

_USUAL, _LEAST, _MOST, _COLUMN = 80, 50, 100, 32
_HELP = ("-h, --help", "Show this help.")


def help_text(verb: Verb) -> str:
    """Return a command's help, as wide as the terminal allows."""
    width = _width()
    knobs = verb.settings()
    arguments = [metavar(knob) for knob in knobs if knob.argument]
    lines = [" ".join(["Usage: cage", verb.name, "[OPTIONS]", *arguments])]
    for paragraph in verb.help.split("\n\n"):
        lines += ["", *(f"  {line}" for line in _wrapped(paragraph, width - 2))]
    headings: dict[str, list[tuple[str, str]]] = {}
    for knob in knobs:
        if not knob.argument:
            headings.setdefault(knob.heading, []).append(record(knob))
    headings.setdefault("Output", []).append(_HELP)
    for heading in sorted(headings, key=lambda one: _ORDER.index(one) if one in _ORDER else 99):
        lines += ["", f"{heading}:", *_listed(headings[heading], width)]
    return "\n".join(lines) + "\n"


def metavar(knob: Knob) -> str:
    """Return the placeholder of an argument."""
    name = f"[{'DIR' if knob.name == 'directory' else knob.name.upper()}]"
    return f"{name}..." if knob.entries else name


def record(knob: Knob) -> tuple[str, str]:
    """Return a flag without its old spellings, and its description."""
    names = ", ".join([knob.short, knob.flag] if knob.short else [knob.flag])
    shown = names if knob.kind.is_switch else f"{names} {knob.kind.metavar}"
    text = f"{knob.help} Repeatable." if knob.kind.many else knob.help
    notes = [f"[default: {knob.usually}]"] if knob.usually else []
    if knob.variables:
        notes.append(f"[env: {', '.join(knob.variables)}]")
    return shown, "  ".join([text, *notes])


def _listed(rows: list[tuple[str, str]], width: int) -> Iterator[str]:
    column = min(_COLUMN, max(len(flag) for flag, _ in rows) + 2)
    for flag, text in rows:
        told = _wrapped(text, width - column - 2) or [""]
        if len(flag) + 2 > column:
            yield f"  {flag}"
        else:
            yield f"  {flag:<{column}}{told.pop(0)}"
        yield from (f"{'':<{column + 2}}{line}" for line in told)


def _wrapped(text: str, width: int) -> list[str]:
    """Return a text's lines. Names with hyphens are not split across lines."""
    words = re.sub(r"\s+", " ", text.strip())
    return textwrap.wrap(words, width, break_on_hyphens=False, break_long_words=False)


def _width() -> int:
    try:
        width = int(os.environ.get("COLUMNS") or 0) or os.get_terminal_size().columns
    except (OSError, ValueError):
        return _USUAL
    return max(_LEAST, min(_MOST, width))
