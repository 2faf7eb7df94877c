"""Blanks that no one filled in, where a rule is about the form of a text.

Another rule reports them, and describes what they are.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from cage.definitions import blanks
from cage.definitions.findings import FilledText, quoted
from ecs_rules import (
    arns,
    environment,
    images,
    names,
    network_ids,
    service_connect,
)

if TYPE_CHECKING:
    from ecs_rules.breach import Breach
    from ecs_rules.catalog import Check
    from ecs_rules.request import KeyPath, Shape

_FORMS: frozenset[Check] = frozenset(
    {
        arns.account,
        arns.resource,
        environment.files,
        environment.references,
        images.names,
        names.characters,
        network_ids.ids,
        service_connect.aliases,
        service_connect.port_names,
    }
)
_WORDS: frozenset[Check] = frozenset({arns.resource, images.names})
"""Rules about texts in which a word in capitals can be a blank to fill in."""


def seen(check: Check, breach: Breach, request: Shape) -> Breach | None:
    """Return a rule's finding, or its replacement; None if another rule reports it."""
    if check not in _FORMS:
        return breach
    text = _at(request, breach.spot.path)
    written = getattr(text, "source", text) if check is names.characters else text
    if blanks.template(written) or blanks.blank(written):
        return None
    if check is arns.account and blanks.doubtful(text):
        return None
    if check is network_ids.ids and (found := blanks.doubtful(text) or blanks.capitals(text)):
        problem = f"{quoted(found)} looks like a blank to fill in"
        return dataclasses.replace(breach, problem=problem, fix=blanks.FILL_IN)
    if check not in _WORDS:
        return breach
    if blanks.doubtful(text):
        return None
    found = None if isinstance(text, FilledText) else blanks.capitals(text)
    if found is None:
        return breach
    problem = f"{quoted(found)} looks like a blank to fill in"
    fix = blanks.FILL_IN
    return dataclasses.replace(breach, problem=problem, fix=fix, advice=True)


def _at(request: Shape, path: KeyPath) -> str:
    value: Any = request
    for step in path:
        value = value[step]
    return str(value) if not isinstance(value, str) else value
