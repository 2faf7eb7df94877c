"""Kinds of settings: how a value is read from text or JSON, described, and written back.

A kind doesn't know flags or files. Nothing heavy is imported here, because every command's help
imports this module.
"""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from cage.knobs import shapes
from cage.knobs.shapes import OwnShape
from cage.model.base import listed

if TYPE_CHECKING:
    from pathlib import Path

_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off"})


class UnfitError(Exception):
    """A value that a setting doesn't accept.

    Attributes:
        what: The problem, as the rest of a sentence about the setting: `is not a number`.
        then: The fix, as a sentence without its period.
        path: The place inside the value, as keys and indexes; empty: the value itself.
    """

    def __init__(self, what: str, then: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(what)
        self.what = what
        self.then = then
        self.path = path

    def inside(self, *path: str | int) -> UnfitError:
        """Return the same error for the value that contains this one."""
        return UnfitError(self.what, self.then, (*path, *self.path))


class Kind:
    """A kind of value; the base class accepts any text.

    Attributes:
        metavar: The value's placeholder in the help.
        many: Whether a flag can be repeated, and a file contains a list.
        is_switch: Whether a flag has no value.
    """

    metavar: str = "TEXT"
    many: bool = False
    is_switch: bool = False

    def shape(self, text: str) -> OwnShape:
        """Return the type of the value in a file, with a description."""
        return shapes.text(text)

    def from_text(self, text: str) -> Any:
        """Return the value that a flag or a variable gives.

        Raises:
            UnfitError: The text is not such a value.
        """
        return self.read(text)

    def read(self, said: Any) -> Any:
        """Return the value that a file gives; its type has been checked.

        Raises:
            UnfitError: The value is not accepted.
        """
        return str(said)

    def write(self, value: Any) -> str | None:
        """Return the flag's text for the value; None if there is none."""
        return str(value)

    def located(self, value: Any, directory: Path) -> Any:  # noqa: ARG002
        """Return the value that a file in a directory gives; a path is relative to it."""
        return value


class Text(Kind):
    """A text, optionally of a given form.

    Args:
        metavar: The value's placeholder in the help.
        form: A regular expression that all of the text must match.
        example: An example of the form, such as `a path like /health`.
        words: The only accepted texts.
        suggested: Returns texts that a shell can complete, among others.
    """

    def __init__(
        self,
        metavar: str = "TEXT",
        *,
        form: str = "",
        example: str = "",
        words: Sequence[str] = (),
        suggested: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self.metavar = f"[{'|'.join(words)}]" if words else metavar
        self.form = form
        self.example = example
        self.words = tuple(words)
        self.suggested = suggested

    def shape(self, text: str) -> OwnShape:
        """Return the type of the text, or of the accepted words."""
        return shapes.text(text, enum=self.words)

    def read(self, said: Any) -> Any:
        """Return the text.

        Raises:
            UnfitError: The text doesn't have the form, or isn't one of the words.
        """
        value = str(said)
        if self.words and value not in self.words:
            raise UnfitError(f"can't be {value!r}", f"Use {listed(self.words, 'or')}")
        if self.form and not re.fullmatch(self.form, value):
            raise UnfitError(f"is not {self.example}: {value!r}", f"Write {self.example}")
        return value


class Number(Kind):
    """A number within bounds, whole if required.

    Args:
        least: The lowest accepted number.
        most: The highest accepted number; None: unlimited.
        whole: Whether the number must be whole.
        metavar: The value's placeholder in the help.
    """

    def __init__(
        self,
        least: float = 0.0,
        most: float | None = None,
        *,
        whole: bool = False,
        metavar: str = "NUMBER",
    ) -> None:
        self.least = float(least)
        self.most = most
        self.whole = whole
        self.metavar = metavar

    def shape(self, text: str) -> OwnShape:
        """Return the type of the number."""
        least = int(self.least) if self.least.is_integer() else None
        most = int(self.most) if self.most is not None and float(self.most).is_integer() else None
        make = shapes.whole if self.whole else shapes.number
        return make(text, minimum=least, maximum=most)

    def read(self, said: Any) -> Any:
        """Return the number.

        Raises:
            UnfitError: The value is not a number, or is out of bounds.
        """
        try:
            value = float(said)
        except ValueError:
            raise self._unfit(said) from None
        if not self.least <= value <= (float("1e15") if self.most is None else self.most):
            raise self._unfit(said)
        if not self.whole:
            return value
        if value != int(value):
            raise self._unfit(said)
        return int(value)

    def write(self, value: Any) -> str | None:
        """Return the number as people write it."""
        return f"{value:.15g}"

    def _unfit(self, said: Any) -> UnfitError:
        what = "a whole number" if self.whole else "a number"
        what = "a number of seconds" if self.metavar == "SECONDS" else what
        bounds = f" of at least {self.write(self.least)}" if math.isfinite(self.least) else ""
        if self.most is not None:
            bounds = f" from {self.write(self.least)} to {self.write(self.most)}"
        return UnfitError(f"is not {what}{bounds}: {said!r}", f"Write {what}{bounds}")


def seconds(least: float = 0.0, most: float | None = None) -> Number:
    """Return the kind of a number of seconds."""
    return Number(least, most, metavar="SECONDS")


def whole(least: int = 0, most: int | None = None, metavar: str = "NUMBER") -> Number:
    """Return the kind of a whole number."""
    return Number(least, most, whole=True, metavar=metavar)


class Switch(Kind):
    """Yes or no; a flag alone means yes.

    Args:
        off: Whether the flag means no, such as `--no-verify`.
        made: Creates the setting's value from yes or no, if that isn't the value itself.
    """

    is_switch = True
    metavar = ""

    def __init__(self, *, off: bool = False, made: Callable[[bool], Any] = lambda yes: yes) -> None:
        self.off = off
        self._made = made

    def shape(self, text: str) -> OwnShape:
        """Return the type of a boolean."""
        return shapes.truth(text)

    def from_text(self, text: str) -> Any:
        """Return the value of a flag or a variable.

        Raises:
            UnfitError: A variable has another value.
        """
        word = text.strip().lower()
        if word not in _YES | _NO:
            raise UnfitError(f"is not yes or no: {text!r}", "Set it to true or false")
        return self._made(word in _YES)

    def read(self, said: Any) -> Any:
        """Return the value from a file; an object means yes, with more settings."""
        return self._made(said is not False)

    def write(self, value: Any) -> str | None:  # noqa: ARG002
        """Return an empty value: the flag needs none."""
        return ""


class Regex(Kind):
    """A regular expression, compiled."""

    metavar = "REGEX"

    def read(self, said: Any) -> Any:
        """Return the expression.

        Raises:
            UnfitError: The text is not a regular expression, or would match every line.
        """
        if said == "":
            raise UnfitError("is an empty pattern", "Remove it")
        try:
            return re.compile(str(said))
        except re.error as error:
            raise UnfitError(f"is not a regular expression: {error}", "Fix it") from None

    def write(self, value: Any) -> str | None:
        """Return the expression as written."""
        return str(value.pattern)


class FilePath(Kind):
    """A path; in a file, it is relative to that file's directory."""

    metavar = "FILE"

    def from_text(self, text: str) -> Any:
        """Return the path."""
        from pathlib import Path

        return Path(text).expanduser()

    def read(self, said: Any) -> Any:
        """Return the path; None if the text is empty.

        Raises:
            UnfitError: The text can't be a path.
        """
        return self.from_text(_path(said)) if said else None

    def located(self, value: Any, directory: Path) -> Any:
        """Return the path, resolved against the directory."""
        return directory / value if value else None


class Location(Kind):
    """A file, or an address: `s3://…`, `http(s)://…`."""

    metavar = "LOCATION"

    def read(self, said: Any) -> Any:
        """Return the location as text; None if it is empty.

        Raises:
            UnfitError: The text can't be a path.
        """
        return _path(said) or None

    def located(self, value: Any, directory: Path) -> Any:
        """Return the path, resolved against the directory; an address stays as is."""
        from pathlib import Path

        return str(directory / Path(value).expanduser()) if value and "://" not in value else value


def _path(said: Any) -> str:
    text = str(said)
    if "\0" in text:
        raise UnfitError("has a zero byte in it", "Remove it")
    return text


class Read(Kind):
    """A value that a function reads from text.

    Args:
        read: Reads it; raises `UnfitError`.
        metavar: The value's placeholder in the help.
    """

    def __init__(self, read: Callable[[str], Any], metavar: str) -> None:
        self._read = read
        self.metavar = metavar

    def read(self, said: Any) -> Any:
        """Return the result of the function."""
        return self._read(str(said))


class Many(Kind):
    """Several values of one kind, as a tuple.

    Args:
        each: The kind of the values.
        once: Whether a repeated value counts only once.
    """

    many = True

    def __init__(self, each: Kind, *, once: bool = False) -> None:
        self.each = each
        self.once = once
        self.metavar = each.metavar

    def shape(self, text: str) -> OwnShape:
        """Return the type of the list."""
        return shapes.listed(text, self.each.shape(""))

    def from_text(self, text: str) -> Any:
        """Return the values from one text."""
        return self.each.from_text(text)

    def read(self, said: Any) -> Any:
        """Return all values.

        Raises:
            UnfitError: One of the values isn't accepted.
        """
        found = []
        for number, one in enumerate(said or ()):
            try:
                found.append(self.each.read(one))
            except UnfitError as unfit:
                raise unfit.inside(number) from None
        return tuple(dict.fromkeys(found) if self.once else found)

    def located(self, value: Any, directory: Path) -> Any:
        """Return each value that a file in a directory contains."""
        return tuple(self.each.located(one, directory) for one in value)

    def write(self, value: Any) -> str | None:
        """Return the text of one value."""
        return self.each.write(value)


class Table(Kind):
    """Several values of one kind, by name.

    Args:
        each: The kind of the values.
        name: A regular expression that all of a name must match.
        example: An example of a name.
    """

    def __init__(self, each: Kind, name: str = ".+", example: str = "a name") -> None:
        self.each = each
        self.name = name
        self.example = example

    def shape(self, text: str) -> OwnShape:
        """Return the type of the object."""
        return shapes.mapped(text, self.each.shape(""))

    def read(self, said: Any) -> Any:
        """Return the values by name.

        Raises:
            UnfitError: A name or a value isn't accepted.
        """
        found = {}
        for name, one in (said or {}).items():
            if not re.fullmatch(self.name, name):
                raise UnfitError(f"has a name that is not {self.example}: {name!r}", "Rename it")
            try:
                found[name] = self.each.read(one)
            except UnfitError as unfit:
                raise unfit.inside(name) from None
        return found


def words_of(text: str) -> list[str]:
    """Return a text's words, with quotes read like in a shell.

    Raises:
        UnfitError: A quote isn't closed.
    """
    try:
        return shlex.split(text)
    except ValueError as error:
        raise UnfitError(f"can't be read: {error}: {text!r}", "Close its quotes") from None
