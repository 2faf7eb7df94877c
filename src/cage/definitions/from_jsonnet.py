"""Jsonnet, rendered to JSON; needs the package jsonnet, imported only when there is such a file.

Variables are there in two ways: `std.extVar('NAME')`, and `${NAME}` in what is rendered. Places
are those of the rendered text, as `jsonnet FILE` prints it, but for errors of Jsonnet's own.
A Jsonnet file is a program: how long it runs is up to it.
"""

from __future__ import annotations

import importlib
import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from cage.definitions.findings import Finding, Place, Severity
from cage.definitions.from_json import parse_json
from cage.definitions.limits import MAX_FILE_BYTES
from cage.definitions.secrecy import MASK
from cage.definitions.source import Source
from cage.definitions.syntax import ParsedFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cage.definitions.lookups import Lookup

_KIND = re.compile(r"(?:STATIC|RUNTIME) ERROR: ")
_UNDEFINED = re.compile(r"undefined external variable: (\S+)")
_LONG_VALUE = 6
"""How long a variable's value must be to be told from a word that a message has anyway."""


def parse_jsonnet(
    source: Source, environ: Mapping[str, str], lookups: Mapping[str, Lookup]
) -> ParsedFile:
    """Render the file, replace the placeholders and parse the result."""
    try:
        jsonnet: Any = importlib.import_module("_jsonnet")
    except ImportError:
        remedy = (
            "Install canarycage[jsonnet], or render it: "
            f"jsonnet {source.name} > {PurePath(source.name).stem}.json"
        )
        message = "reading Jsonnet needs the package jsonnet, which is not installed"
        return ParsedFile(source, None, [source.error(0, message, remedy)])
    variables = {name: value for name, value in environ.items() if _is_text(name + value)}
    try:
        text = jsonnet.evaluate_snippet(source.path or source.name, source.text, ext_vars=variables)
    except RuntimeError as error:
        return ParsedFile(source, None, [_finding(source, str(error), variables)])
    if len(text) > MAX_FILE_BYTES:
        return ParsedFile(source, None, [source.error(0, "what it renders to is too large")])
    rendered = Source(f"{source.name} (rendered)", text, f"{source.path} (rendered)")
    return parse_json(rendered, environ, lookups)


def _is_text(value: str) -> bool:
    """Tell whether Jsonnet can take it; a variable may hold any bytes but one."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in value


def _finding(source: Source, said: str, variables: Mapping[str, str]) -> Finding:
    """Return Jsonnet's error, at the place in the file that it names."""
    path = re.escape(source.path or source.name)
    where = re.search(rf"{path}:\(?(\d+):(\d+)", said)
    line, column = (int(where[1]), int(where[2])) if where else (1, 1)
    lines = _KIND.sub("", said.partition("\n\t")[0])
    message = re.sub(rf"^{path}:[-\d:()]+: ", "", " ".join(lines.split())).rstrip(".")
    for value in sorted(set(variables.values()), key=len, reverse=True):
        if len(value) >= _LONG_VALUE:
            message = message.replace(value, MASK)
    undefined = _UNDEFINED.search(message)
    remedy = f"Set {undefined[1]}" if undefined else ""
    place = Place(source.name, line, column, source.path)
    return Finding(Severity.ERROR, place, "", f"Jsonnet says: {message}", remedy)
