"""Printing each setting of a command with its value and its origin."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cage.command import files
from cage.knobs.kinds import Switch
from cage.options.request import all_knobs
from cage.options.resolution import DEFAULT, Setting
from cage.wording.harmless import harmless, harmless_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cage.knobs.knob import Knob
    from cage.options.invocation import Invocation


def show_settings(call: Invocation, knobs: Sequence[Knob]) -> int:
    """Print a command's settings, one per line or as one JSON object, without querying AWS.

    Raises:
        DefinitionError: The files can't be used.
        UsageError: A value can't be used.
    """
    found = files.read(call, needs_service=False, ask=False, tolerant=True)
    settings = call.settings(found.service)
    rows = [
        (_name(knob), text_of(knob, settings[knob.name]), settings[knob.name].origin)
        for knob in all_knobs()
        if knob in knobs or (knob.key and not knob.flag)
    ]
    if call.given.get("as_json") or "json" in call.given.get("reports", ()):
        said = {name: {"value": value, "origin": origin} for name, value, origin in rows}
        sys.stdout.write(f"{harmless_json({'schema': 1, 'settings': said})}\n")
        return 0
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, value, origin in rows:
        line = f"{name:<{widths[0]}}  {value:<{widths[1]}}  {origin}"
        sys.stdout.write(f"{harmless(line).rstrip()}\n")
    return 0


def _name(knob: Knob) -> str:
    """Return the flag, or the key if a flag means the opposite."""
    negated = isinstance(knob.kind, Switch) and knob.kind.off
    return knob.key if negated or not knob.flag else knob.flag


def text_of(knob: Knob, setting: Setting) -> str:
    """Return a setting's value for people; a secret's is never shown."""
    value = setting.value
    if setting.origin == DEFAULT and not knob.kind.is_switch:
        return knob.usually or "-"
    if knob.secret:
        return "***"
    if value is None or value == ():
        return "-"
    if knob.kind.is_switch:
        return "no" if value in (None, False) else "yes"
    each = value if knob.kind.many else (value,)
    return ", ".join(knob.kind.write(one) or repr(one) for one in each)
