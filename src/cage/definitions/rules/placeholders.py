"""Blanks and templates that no one filled in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cage.definitions import blanks
from cage.definitions.findings import FilledText, quoted
from ecs_rules.breach import Breach, advice, breach
from ecs_rules.request import SERVICE, TASK, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecs_rules.request import Shape, Spot

_FREE_TEXT = frozenset(
    {
        "command",
        "credentialSpecs",
        "dockerLabels",
        "driverOpts",
        "entryPoint",
        "expression",
        "environment",
        "hookDetails",
        "labels",
        "options",
        "properties",
        "systemControls",
        "tags",
    }
)
"""Members whose text ECS passes on, so it can look like anything."""

_SUSPECT = re.compile(r"[{<$%@#\[]|[A-Zx_]{4}")
_PLACEHOLDER = re.compile(r"\$\$?\{[^{}]*\}")
_REMEDY = "Fill it in, or write ${NAME} and set NAME"


def left_over(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """No template or blank is left.

    Errors where ECS accepts no such text, or where the template is a known tool's; warnings
    where a container might want the text as it is.
    """
    for top, content in ((SERVICE, service), (TASK, task_definition)):
        for path, text in texts(content):
            written = _written(text)
            told = _of(written, top.at(*path)) if _SUSPECT.search(written) else None
            if told:
                yield told


def _written(text: str) -> str:
    """Return the text as it was written; the values of variables are the user's own."""
    if isinstance(text, FilledText):
        return _PLACEHOLDER.sub("", text.source.strip('"'))
    return text


def _of(text: str, spot: Spot) -> Breach | None:
    if found := blanks.template(text):
        message = f"{quoted(found)} is a template that was not rendered"
        return breach(spot, message, "Render the file first, or use ${NAME} and set NAME")
    if not _FREE_TEXT.isdisjoint(spot.path):
        found = blanks.whole(text)
    elif found := blanks.blank(text):
        return breach(spot, f"{quoted(found)} is a blank that was not filled in", _REMEDY)
    elif spot.path[-1] != "name":
        found = blanks.doubtful(text)
    if found:
        return advice(spot, f"{quoted(found)} looks like a blank to fill in", _REMEDY)
    return None
