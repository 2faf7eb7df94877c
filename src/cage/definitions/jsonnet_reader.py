"""Jsonnet, rendered to JSON; needs the package jsonnet, imported only when there is such a file.

Variables are available in two ways: `std.extVar('NAME')`, and `${NAME}` in the rendered text.
A place is that of the word in the file if it is there once, else the file's beginning.
A Jsonnet file is a program, so another process runs it, with limits on its time and memory.
"""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from cage.definitions.findings import Finding, Place, Severity
from cage.definitions.json_reader import parse_json
from cage.definitions.limits import MAX_FILE_BYTES, MAX_JSONNET_BYTES, MAX_JSONNET_S
from cage.definitions.source import Source
from cage.definitions.syntax import ParsedFile
from cage.masking.secrecy import MASK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cage.definitions.lookups import Lookup

_KIND = re.compile(r"(?:STATIC|RUNTIME) ERROR: ")
_UNDEFINED = re.compile(r"undefined external variable: (\S+)")
_NATIVE = re.compile(r"""std\.native\(\s*['"](\w+)['"]\s*\)""")
_NATIVES = {
    "cfn_export": "${cfn:stack.Output}",
    "cfn_output": "${cfn:stack.Output}",
    "secretsmanager_arn": "${secretsmanager:name#key}",
    "ssm": "${ssm:/path}",
    "ssm_list": "${ssm:/path}",
    "tfstate": "${tfstate:address.attribute}",
    "tfstatef": "${tfstate:address.attribute}",
}
"""Native functions that ecspresso adds to Jsonnet, and cage's form for the same."""

_CHILD = Path(__file__).with_name("jsonnet_child.py")
_DOLLAR = "\U0010fffd"
"""Stands in for the `$` of a value's `${` while Jsonnet runs: no value is scanned again."""

_LONG_VALUE = 6
"""The minimum length of a variable's value to not be confused with a message's own words."""


def parse_jsonnet(
    source: Source, environ: Mapping[str, str], lookups: Mapping[str, Lookup]
) -> ParsedFile:
    """Render the file, replace the placeholders and parse the result."""
    try:
        importlib.import_module("_jsonnet")
    except ImportError:
        remedy = (
            "Install canarycage[jsonnet], or render it: "
            f"jsonnet {source.name} > {PurePath(source.name).stem}.json"
        )
        message = "reading Jsonnet requires the package jsonnet, which is not installed"
        return ParsedFile(source, None, [source.error(0, message, remedy)])
    variables = {
        name: value.replace("${", _DOLLAR + "{")
        for name, value in environ.items()
        if _is_text(name + value)
    }
    path = source.path or source.name
    if not _is_text(path):
        return ParsedFile(source, None, [source.error(0, "Jsonnet can't read a path like this")])
    answer = _rendered(path, source.text, variables)
    if isinstance(answer, tuple):
        return ParsedFile(source, None, [source.error(0, *answer)])
    if "error" in answer:
        return ParsedFile(source, None, [_finding(source, answer["error"], variables)])
    text = answer["text"].replace(_DOLLAR + "{", "\\u0024{")
    if len(text) > MAX_FILE_BYTES:
        return ParsedFile(source, None, [source.error(0, "the rendered file is too large")])
    rendered = Source(source.name, text, source.path, program=source.text)
    return parse_json(rendered, environ, lookups)


def _rendered(
    path: str, text: str, variables: Mapping[str, str]
) -> dict[str, str] | tuple[str, str]:
    """Return what another process rendered, or Jsonnet's error, or why it got no result."""
    asked = {
        "path": path,
        "text": text,
        "variables": variables,
        "memory_bytes": MAX_JSONNET_BYTES,
    }
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter, and cage's own file
            [sys.executable, "-P", str(_CHILD)],
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=MAX_JSONNET_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        message = f"Jsonnet took longer than {MAX_JSONNET_S} s and was stopped"
        return message, "Check it for endless recursion"
    if done.returncode:
        message = f"Jsonnet took more than {MAX_JSONNET_BYTES // 1024**2} MiB, or crashed"
        return message, "Check it for endless recursion"
    answer: dict[str, str] = json.loads(done.stdout)
    return answer


def _is_text(value: str) -> bool:
    """Return whether Jsonnet can accept it; a variable can contain any byte except NUL."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in value


def _native(text: str, message: str) -> re.Match[str] | None:
    """Return the call of a native function, which Jsonnet finds to be null."""
    if "got null" not in message and "native" not in message:
        return None
    return _NATIVE.search(text)


def _finding(source: Source, said: str, variables: Mapping[str, str]) -> Finding:
    """Return Jsonnet's error, at the place in the file that it specifies."""
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
    if native := _native(source.text, message):
        place = source.place(native.start())
        message = f"{native.group()} is a function of ecspresso"
        remedy = f"Write '{_NATIVES.get(native[1], '${NAME}')}'"
        return Finding(Severity.ERROR, place, "", message, remedy)
    return Finding(Severity.ERROR, place, "", f"Jsonnet says: {message}", remedy)
