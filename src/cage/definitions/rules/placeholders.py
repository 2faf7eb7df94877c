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

_SUSPECT = re.compile(r"[{<$%@#\[]|[A-Zx_]{3}|your")
_INSERTED = "what is filled in here has a blank of its own, which nothing fills"
_PLACEHOLDER = re.compile(r"\$\$?\{[^{}]*\}")
_IDS_AT = frozenset({"securityGroups", "subnets"})
"""Lists in which a rule reports whatever is not an id."""


def left_over(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """No template or blank is left.

    Errors where ECS accepts no such text, or where the template is a known tool's; warnings
    where a container might want the text as it is.
    """
    for top, content in ((SERVICE, service), (TASK, task_definition)):
        for path, text in texts(content):
            written = _written(text)
            told = _of(written, top.at(*path)) if _SUSPECT.search(written) else None
            if told is None and isinstance(text, FilledText) and not text.secret:
                told = _of_value(text, top.at(*path))
            if told:
                yield told


def _written(text: str) -> str:
    """Return the text as it was written; the values of variables are the user's own."""
    if isinstance(text, FilledText):
        return _PLACEHOLDER.sub("", text.source.strip('"'))
    return text


def _of(text: str, spot: Spot) -> Breach | None:
    if found := blanks.template(text):
        message = f"{quoted(found)} is {blanks.NOT_RENDERED}"
        return breach(spot, message, blanks.twin(found))
    if found := blanks.environment(text):
        message = f"{quoted(found)} looks like {blanks.NOT_RENDERED}"
        return advice(spot, message, blanks.RENDER)
    if not _FREE_TEXT.isdisjoint(spot.path):
        found = blanks.whole(text)
    elif found := blanks.blank(text):
        return breach(spot, f"{quoted(found)} is a blank that was not filled in", blanks.FILL_IN)
    elif _is_id(spot):
        found = blanks.doubtful(text) or blanks.word(text)
    elif spot.path[-1] != "name" and _IDS_AT.isdisjoint(spot.path):
        found = blanks.doubtful(text)
    if found:
        return advice(spot, f"{quoted(found)} looks like a blank to fill in", blanks.FILL_IN)
    return None


def _of_value(text: FilledText, spot: Spot) -> Breach | None:
    """Look at a variable's value; the value itself isn't shown."""
    if not _FREE_TEXT.isdisjoint(spot.path):
        return None
    if blanks.template(text) or blanks.blank(text) or blanks.doubtful(text):
        return advice(spot, _INSERTED, "Look at the variable's value, or at the file that sets it")
    return None


def _is_id(spot: Spot) -> bool:
    """Whether an ARN or an id belongs there."""
    return str(spot.path[-1]).endswith(("Arn", "Id", "Rule"))
