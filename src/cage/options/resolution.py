"""The value of a setting that applies, and its origin. Pure.

The order: its flag, its variables, the nearest `cage.json`, those above it, its default.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cage.knobs.kinds import UnfitError
from cage.model.errors import UsageError

if TYPE_CHECKING:
    from cage.knobs.knob import Knob
    from cage.options.settings_file import SettingsFile

DEFAULT = "default"


class Setting(NamedTuple):
    """A value and its origin: `--floor`, `CAGE_FLOOR`, `../cage.json`, `default`.

    Attributes:
        given: Whether a flag sets it.
    """

    value: Any
    origin: str
    given: bool = False


def resolve(
    knob: Knob,
    given: Mapping[str, Any],
    environ: Mapping[str, str],
    files: Sequence[SettingsFile] = (),
) -> Setting:
    """Return the value of a setting that applies.

    Args:
        given: The values of flags, or from a program, by the setting's name; None or empty: not
            set.
        environ: The environment; an empty variable counts as not set.
        files: The content of each `cage.json`, the nearest first. A list replaces those above.

    Raises:
        UsageError: The value can't be used.
    """
    said = given.get(knob.name)
    if said is not None and said != ():
        return Setting(_given(knob, said), knob.flag, given=True)
    for variable in (*knob.variables, *knob.old_variables):
        if text := environ.get(variable):
            value = _checked(knob, variable, lambda text=text: knob.kind.from_text(text))
            return Setting((value,) if knob.kind.many else value, variable)
    for file in files:
        if knob.name in file.values:
            return Setting(file.values[knob.name], file.name)
    return Setting(knob.default, DEFAULT)


def resolve_all(
    knobs: Iterable[Knob],
    given: Mapping[str, Any],
    environ: Mapping[str, str],
    files: Sequence[SettingsFile] = (),
) -> dict[str, Setting]:
    """Return each setting by name; see `resolve`.

    Raises:
        UsageError: A value can't be used.
    """
    return {knob.name: resolve(knob, given, environ, files) for knob in knobs}


def _given(knob: Knob, said: Any) -> Any:
    """Read a flag's value: text as typed; a value that isn't text is already read."""
    if isinstance(said, bool) and knob.kind.is_switch:
        return _checked(knob, knob.flag, lambda: knob.kind.read(said))
    if not knob.kind.many:
        return _one(knob, said)
    found = tuple(_one(knob, one) for one in said)
    return tuple(dict.fromkeys(found)) if getattr(knob.kind, "once", False) else found


def _one(knob: Knob, said: Any) -> Any:
    if isinstance(said, str):
        return _checked(knob, knob.flag, lambda: knob.kind.from_text(said))
    if isinstance(said, int | float):
        return _checked(knob, knob.flag, lambda: knob.kind.read(said))
    return said


def _checked(knob: Knob, origin: str, read: Any) -> Any:
    try:
        return read()
    except UnfitError as unfit:
        what = "can't be used" if knob.secret else unfit.what
        raise UsageError(f"{origin} {what}.", "", f"{unfit.then}." if unfit.then else "") from None
