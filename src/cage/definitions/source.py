"""A definition file's text, regardless of its encoding, and places in it."""

from __future__ import annotations

import bisect
import codecs
import dataclasses
import functools
import re
import stat
import sys
from typing import TYPE_CHECKING

from cage.definitions.findings import Finding, Place, Severity
from cage.definitions.limits import MAX_FILE_BYTES

if TYPE_CHECKING:
    from pathlib import Path

_LINE_END = re.compile(r"\r\n?|\n")
_DESCRIPTORS = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
"""Where a shell puts the output of a program, `<(…)`. Another named pipe might never end."""

_VALUE = re.compile(r'"(?:[^"\\]|\\.)*"|[\w.+-]+')
_UTF32_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF16 = re.compile(rb"(?:\x00[\t\n\r -~]|[\t\n\r -~]\x00){2}")
_LOOKED_AT_BYTES = 512
_SAVE_AS_UTF8 = "Save it as UTF-8"


@dataclasses.dataclass(frozen=True)
class Source:
    """A file's text as written, without byte-order mark.

    Attributes:
        name: The file's name.
        path: The path to the file, as the reader specified it.
        program: The file's own text, if `text` is what a program in it rendered.
    """

    name: str
    text: str
    path: str = ""
    program: str = ""

    @functools.cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(end.end() for end in _LINE_END.finditer(self.text))]

    def place(self, offset: int) -> Place:
        """Return the place of the character at that offset."""
        if self.program:
            return Source(self.name, self.program, self.path).place(self._in_program(offset))
        line = bisect.bisect_right(self._line_starts, offset)
        return Place(self.name, line, offset - self._line_starts[line - 1] + 1, self.path)

    def _in_program(self, offset: int) -> int:
        """Return where a value or a key was written that a program rendered, else the beginning."""
        found = _VALUE.match(self.text, offset)
        word = found.group().strip('"') if found else ""
        places = list(re.finditer(rf"(?<![\w-]){re.escape(word)}(?![\w-])", self.program))
        return places[0].start() if word and len(places) == 1 else 0

    def error(self, offset: int, message: str, remedy: str = "") -> Finding:
        """Return an error about the text at that offset."""
        return Finding(Severity.ERROR, self.place(offset), "", message, remedy)

    def warning(self, offset: int, message: str, remedy: str = "") -> Finding:
        """Return a warning about the text at that offset."""
        return Finding(Severity.WARNING, self.place(offset), "", message, remedy)


def read_source(path: Path) -> Source | Finding:
    """Read the file's text, or report why it can't be read."""
    try:
        content = _content(path)
        if isinstance(content, Finding):
            return content
    except FileNotFoundError:
        return Finding(
            Severity.ERROR, None, "", f"{path} not found", "Create it, or specify another file"
        )
    except OSError as error:
        return _unreadable(path, f"can't be read: {error.strerror or type(error).__name__}", "")
    except ValueError:
        return _unreadable(path, "has a name that no file has", "Specify a file")
    if len(content) > MAX_FILE_BYTES:
        size = f"{MAX_FILE_BYTES // 1024 // 1024} MiB"
        return _unreadable(
            path, f"is larger than {size}", "ECS accepts at most 64 KiB. Is this the right file?"
        )
    return decode(path, content)


def _content(path: Path) -> bytes | Finding:
    """Return the first bytes of a file, of a program's output or of the standard input."""
    if str(path) == "-":
        return sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
    mode = path.stat().st_mode
    piped = stat.S_ISFIFO(mode) and str(path).startswith(_DESCRIPTORS)
    if not stat.S_ISREG(mode) and not piped:
        kind = "a directory" if stat.S_ISDIR(mode) else "not a regular file"
        return _unreadable(path, f"is {kind}", "Specify a file")
    with path.open("rb") as stream:
        return stream.read(MAX_FILE_BYTES + 1)


def listed(directory: Path) -> list[str] | Finding:
    """Return the names in a directory, sorted, or report why it can't be read as one."""
    try:
        return sorted(entry.name for entry in directory.iterdir())
    except FileNotFoundError:
        message = f"directory {directory} not found"
    except NotADirectoryError:
        message = f"{directory} is not a directory"
    except OSError as error:
        message = f"can't read directory {directory}: {error.strerror or type(error).__name__}"
    return Finding(Severity.ERROR, None, "", message, "Check the path")


def decode(path: Path, content: bytes) -> Source | Finding:
    """Decode UTF-8 with or without byte-order mark, or UTF-16 with one."""
    encoding = "utf-8"
    if content.startswith(codecs.BOM_UTF8):
        content = content.removeprefix(codecs.BOM_UTF8)
    elif content.startswith(_UTF32_MARKS):
        return _unreadable(path, "is in UTF-32", _SAVE_AS_UTF8)
    elif content.startswith(codecs.BOM_UTF16_LE):
        encoding, content = "utf-16-le", content[2:]
    elif content.startswith(codecs.BOM_UTF16_BE):
        encoding, content = "utf-16-be", content[2:]
    elif _UTF16.match(content):
        return _unreadable(path, "looks like UTF-16 without a byte-order mark", _SAVE_AS_UTF8)
    elif b"\0" in content[:_LOOKED_AT_BYTES]:
        return _unreadable(path, "contains zero bytes, so it isn't text", "Specify another file")
    try:
        return Source(path.name, content.decode(encoding), str(path))
    except UnicodeDecodeError as error:
        text = content[: error.start].decode(encoding, errors="replace")
        before = Source(path.name, text, str(path))
        byte = content[error.start]
        return before.error(
            len(before.text), f"byte 0x{byte:02x} is not valid {encoding.upper()}", _SAVE_AS_UTF8
        )


def _unreadable(path: Path, message: str, remedy: str) -> Finding:
    place = Place(path.name, 1, 1, str(path))
    return Finding(Severity.ERROR, place, "", f"the file {message}", remedy)
