"""The pages that tests look at: those of the site, and those at the root of the repository."""

from __future__ import annotations

import contextlib
import functools
import io
import re
import shlex
from collections.abc import Iterator
from typing import NamedTuple

from cage.cli.app import run
from docsite.pages import generated, written
from docsite.project import ROOT

_BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)


class Command(NamedTuple):
    """A line in a fenced block of a page."""

    page: str
    line: str

    @property
    def words(self) -> list[str]:
        return shlex.split(self.line.partition(" > ")[0])


@functools.cache
def pages() -> dict[str, str]:
    """Return the text of each page by its path."""
    roots = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", "CONTRIBUTING.md")}
    return {**roots, **written(), **generated()}


def blocks(page: str, language: str) -> list[str]:
    """Return the fenced blocks of a language in a page."""
    return [
        "".join(line.removeprefix(indent) for line in text.splitlines(keepends=True))
        for indent, found, text in _BLOCK.findall(pages()[page])
        if found == language
    ]


def commands(program: str) -> list[Command]:
    """Return each command of a program on any page, once."""
    found = (command for command in every_command() if command.words[0] == program)
    return list({command.line: command for command in found}.values())


def every_command() -> Iterator[Command]:
    """Yield every line of every block that is meant for a shell."""
    for page in pages():
        for block in blocks(page, "sh"):
            yield from (Command(page, line) for line in block.splitlines() if line.strip())


def printed(line: str) -> list[str]:
    """Run a command of cage, which must end well, and return the lines that it prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = run(shlex.split(line)[1:])
    assert code == 0, f"{line} exits with {code}: {out.getvalue()}"
    return out.getvalue().splitlines()
