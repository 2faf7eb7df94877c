"""A setting's value as words of cage's command line."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cage.knobs.knob import Knob


def words_of(knob: Knob, value: Any) -> Iterator[str]:
    """Yield the words that give a command a value; nothing if no flag can express it."""
    if not knob.flag or (knob.kind.is_switch and not _is_flagged(knob, value)):
        return
    for one in value if knob.kind.many else (value,):
        text = "" if one is None else knob.kind.write(one)
        if text is not None:
            yield knob.flag
            if not knob.kind.is_switch:
                yield text


def quoted(knob: Knob, value: Any) -> Iterator[str]:
    """Yield the same words, quoted for a shell; a secret is left to a variable."""
    if knob.secret:
        yield f'{knob.flag} "${knob.variables[0] if knob.variables else knob.name.upper()}"'
    else:
        yield from map(shlex.quote, words_of(knob, value))


def variable_of(knob: Knob, value: Any) -> Iterator[str]:
    """Yield what sets the variable of a switch whose flag means the opposite."""
    if knob.kind.is_switch and knob.variables and not _is_flagged(knob, value):
        yield f"{knob.variables[0]}={'true' if value else 'false'}"


def _is_flagged(knob: Knob, value: Any) -> bool:
    """Return whether a switch's flag gives it this value."""
    return bool(value) is not getattr(knob.kind, "off", False)
