"""A knob: one setting, declared once, on the field of a frozen dataclass that holds its value."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cage.knobs import shapes
from cage.knobs.kinds import Kind, Switch, Text, UnfitError
from cage.knobs.shapes import OwnShape
from cage.model.errors import UsageError

_KNOB = "knob"
_ALONE: Mapping[str, Any] = {"variables": (), "key": "", "resumes": False}


class Knob:
    """One setting: its flag, variables and key, how its value is read, and its meaning.

    Args:
        flag: The flag, such as `--floor`; empty: none, like for a key of a check.
        kind: How its value is read and described.
        help: One or two sentences about its effect, for the help, the schema and the reference.
        default: The value if none is set.
        usual: The default in words, if the value isn't clear.
        old: Older spellings of the flag.
        short: A letter for the flag, such as `-y`.
        name: Its name in Python; None: the flag's words.
        variables: The environment variables for it; the first one that is set counts. None:
            `CAGE_` and the flag's words.
        old_variables: Older names of the variables; the help omits them.
        key: Its key in cage.json, such as `checks.bake`; None: the flag's words; empty:
            it can't be kept there.
        heading: Its heading in a command's help.
        secret: Whether its value is never shown, and can only be `${…}` in files.
        resumes: Whether the command that resumes a rollout repeats it.
        argument: Whether it is a positional argument, without a flag.
        entries: For an argument, whether it accepts any number of words.
    """

    __slots__ = (
        "argument", "default", "entries", "flag", "heading", "help", "key", "kind", "name", "old",
        "old_variables", "resumes", "secret", "short", "usual", "variables",
    )  # fmt: skip

    def __init__(  # noqa: PLR0913  the properties of a setting
        self,
        flag: str,
        kind: Kind | None,
        help: str,  # noqa: A002  click's own word for it
        *,
        default: Any = None,
        usual: str = "",
        old: tuple[str, ...] = (),
        short: str = "",
        name: str | None = None,
        variables: tuple[str, ...] | None = None,
        old_variables: tuple[str, ...] = (),
        key: str | None = None,
        heading: str = "Other",
        secret: bool = False,
        resumes: bool = True,
        argument: bool = False,
        entries: bool = False,
    ) -> None:
        words = flag.lstrip("-").replace("-", "_")
        self.flag = flag
        self.kind = kind or Text()
        self.help = help
        self.default = default
        self.usual = usual
        self.old = old
        self.short = short
        self.name = words if name is None else name
        self.variables = (f"CAGE_{words.upper()}",) if variables is None else variables
        self.old_variables = old_variables
        self.key = words if key is None else key
        self.heading = heading
        self.secret = secret
        self.resumes = resumes
        self.argument = argument
        self.entries = entries

    def __repr__(self) -> str:
        return f"Knob({self.flag or self.key})"

    @property
    def path(self) -> tuple[str, ...]:
        """The path to its key in cage.json; empty: it can't be kept there."""
        return tuple(self.key.split(".")) if self.key else ()

    @property
    def usually(self) -> str:
        """The default in words; empty if there is none."""
        if self.usual or self.default is None or self.kind.is_switch or self.default in ("", ()):
            return self.usual
        return self.kind.write(self.default) or ""


def flag(flag: str, kind: Kind | None, text: str, **more: Any) -> Knob:
    """Return a knob of one command: no variable sets it, and no file keeps it."""
    return Knob(flag, kind, text, **{**_ALONE, **more})


def switch(flag: str, text: str, **more: Any) -> Knob:
    """Return a knob of one command that is off unless its flag is given."""
    return Knob(flag, Switch(), text, **{**_ALONE, "default": False, **more})


def setting(flag: str, kind: Kind | None, text: str, **more: Any) -> Any:
    """Return a dataclass's field that a knob sets; see `Knob` for the arguments.

    Without `default`, the field is required.
    """
    knob = Knob(flag, kind, text, **more)
    return of(knob, **({"default": knob.default} if "default" in more else {}))


def of(knob: Knob, **more: Any) -> Any:
    """Return a dataclass's field that a knob sets, with more arguments of `dataclasses.field`."""
    return dataclasses.field(metadata={_KNOB: knob}, **more)


def key(kind: Kind, text: str, *, name: str | None = None, usual: str = "", **more: Any) -> Any:
    """Return a dataclass's field that a key of an entry in cage.json sets.

    Args:
        kind: How its value is read.
        text: Its meaning, in a sentence.
        name: The key; None: the field's name, without its unit.
        usual: The default in words, if the value isn't clear.
        more: Other arguments of `dataclasses.field`; without a default, the key is required.
    """
    knob = Knob("", kind, text, name=name or "", key="", usual=usual, default=more.get("default"))
    return dataclasses.field(metadata={_KNOB: knob}, **more)


def knobs_of(kind: type) -> Iterator[tuple[str, Knob]]:
    """Yield the knobs of a dataclass by the path to their fields, such as `timeouts.stable_s`."""
    for field in dataclasses.fields(kind):
        if _KNOB in field.metadata:
            yield field.name, field.metadata[_KNOB]
        elif (inner := _inner(field)) is not None:
            for path, knob in knobs_of(inner):
                yield f"{field.name}.{path}", knob


def _inner(field: dataclasses.Field[Any]) -> type | None:
    """Return the dataclass that a field contains by default; None if it contains none."""
    made: Any = field.default_factory
    return made if isinstance(made, type) and dataclasses.is_dataclass(made) else None


def made(kind: type, values: Mapping[str, Any]) -> Any:
    """Create a dataclass from values by the path to their fields; missing ones get the default."""
    inner: dict[str, dict[str, Any]] = {}
    given: dict[str, Any] = {}
    for path, value in values.items():
        head, _, rest = path.partition(".")
        if rest:
            inner.setdefault(head, {})[rest] = value
        else:
            given[head] = value
    for field in dataclasses.fields(kind):
        if field.name in inner and (kind_of := _inner(field)) is not None:
            given[field.name] = made(kind_of, inner[field.name])
    return kind(**given)


def _is_required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING is field.default_factory


class Entry(Kind):
    """An object of a file whose keys are a dataclass's fields.

    Args:
        entry: The dataclass; its fields are declared with `key`.
        name: The object's name in messages.
        write: Returns the flag's text for the object, or None.
        read: Converts that text to the value that a file would contain.
        metavar: The text's placeholder in the help.
        then: Creates the value from the dataclass, if that isn't the value itself.
    """

    def __init__(
        self,
        entry: type,
        name: str,
        *,
        read: Callable[[str], Mapping[str, Any]] | None = None,
        write: Callable[[Any], str | None] = lambda _: None,
        metavar: str = "TEXT",
        then: Callable[[Any], Any] = lambda made: made,
    ) -> None:
        self.entry = entry
        self._then = then
        self.name = name
        self.metavar = metavar
        self._from_flag = read
        self._write = write

    def shape(self, text: str) -> OwnShape:
        """Return the type of the object."""
        members, required = {}, []
        for field, name, knob in self._fields():
            usual = knob.usually
            members[name] = knob.kind.shape(knob.help + (f" [default: {usual}]" if usual else ""))
            if _is_required(field):
                required.append(name)
        return shapes.structure(self.name, text, members, required=required)

    def from_text(self, text: str) -> Any:
        """Return the object from a flag's text.

        Raises:
            UnfitError: The text can't be read.
        """
        if self._from_flag is None:
            raise UnfitError("can't be given by a flag", "Write it to cage.json")
        return self.read(self._from_flag(text))

    def read(self, said: Any) -> Any:
        """Return the dataclass for an object.

        Raises:
            UnfitError: A value in the object isn't accepted.
        """
        values = {}
        for field, name, knob in self._fields():
            if said.get(name) is not None:
                try:
                    values[field.name] = knob.kind.read(said[name])
                except UnfitError as unfit:
                    raise unfit.inside(name) from None
            elif _is_required(field):
                raise UnfitError("is missing", f"Add {name}", (name,))
        try:
            return self._then(self.entry(**values))
        except UsageError as error:
            what, then = error.what.rstrip("."), error.next_step.rstrip(".")
            raise UnfitError(f"can't be used: {what}", then) from None

    def write(self, value: Any) -> str | None:
        """Return the flag's text for the object; None if there is none."""
        return self._write(value)

    def _fields(self) -> Iterator[tuple[dataclasses.Field[Any], str, Knob]]:
        for field in dataclasses.fields(self.entry):
            if _KNOB in field.metadata:
                knob: Knob = field.metadata[_KNOB]
                yield field, knob.name or field.name.removesuffix("_s"), knob
