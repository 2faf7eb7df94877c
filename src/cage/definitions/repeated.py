"""One cause, one finding: a blank in many places, or a file that no one rendered."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cage.definitions.blanks import FILL_IN, NOT_RENDERED

if TYPE_CHECKING:
    from cage.definitions.findings import Finding


_WRITE, _OR = "Write ", ", or render the file first"


def merged(findings: list[Finding]) -> list[Finding]:
    """Return the findings, with those of one cause as one at the first of its places.

    The same blank is one cause, and so are all templates in a file.
    """
    groups: dict[object, list[Finding]] = {}
    for one in findings:
        groups.setdefault(_cause(one), []).append(one)
    return [_first(group) for group in groups.values()]


def _cause(finding: Finding) -> object:
    if finding.remedy == FILL_IN:
        return dataclasses.replace(finding, place=None, path="")
    if NOT_RENDERED in finding.message and finding.place:
        return (finding.severity, finding.place.file, NOT_RENDERED)
    return finding


def _first(group: list[Finding]) -> Finding:
    first = min(group, key=_order)
    others = len({(one.place, one.path) for one in group}) - 1
    if not others:
        return first
    more = f"{others} other{'s' if others > 1 else ''}"
    return dataclasses.replace(first, message=f"{first.message} (and {more})", remedy=_fix(group))


def _fix(group: list[Finding]) -> str:
    """Return how to fix all of them: each form that replaces one of their templates, once."""
    fixes = list(dict.fromkeys(one.remedy for one in group))
    forms = [one[len(_WRITE) : -len(_OR)] for one in fixes if one.startswith(_WRITE)]
    if len(forms) < 2:  # noqa: PLR2004 - one form is a sentence already
        return fixes[0]
    return f"{_WRITE}{', '.join(forms)}{_OR}"


def _order(finding: Finding) -> tuple[str, int, int]:
    place = finding.place
    return (place.file, place.line, place.column) if place else ("", 0, 0)
