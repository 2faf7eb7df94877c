"""What a text seems to be that its parser can't understand."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cage.definitions.findings import Finding
    from cage.definitions.kinds import FileKind
    from cage.definitions.source import Source

_LOOKED_AT = 64 * 1024
_CONFLICT = re.compile(r"^(?:<{7}|>{7}|={7})(?: |$)", re.MULTILINE)
_COMMENTS = r"\s*+(?:#[^\n]*+\n\s*+)*+"
_KINDS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "an AppSpec file",
        re.compile(r"""["']?TargetService["']?\s*:""", re.MULTILINE),
        "Name another file",
    ),
    (
        "a CloudFormation template",
        re.compile(
            r"""["']?AWSTemplateFormatVersion["']?\s*:|["']?Type["']?\s*:\s*["']?AWS::\w+::""",
            re.MULTILINE,
        ),
        "Name another file",
    ),
    (
        "a Terraform file",
        re.compile(
            r"^(?:resource|data|module|variable|output|provider)[ \t]+\"[^\n]*\{"
            r"|^(?:locals|terraform)[ \t]*\{",
            re.MULTILINE,
        ),
        "Name another file",
    ),
    ("HTML or XML", re.compile(r"\s*<(?:\?xml|!|[a-z]+[\s>])"), "Name another file"),
    ("a Dockerfile", re.compile(rf"{_COMMENTS}FROM \S"), "Name another file"),
    (
        "output of the AWS CLI in another format than JSON",
        re.compile(r"(?:SERVICES|TASKDEFINITION|CONTAINERDEFINITIONS)\t|-{5,}\r?\n\|"),
        "Ask with --output json",
    ),
    ("a shell script", re.compile(r"#!"), "Name another file"),
    (
        "a file of variables",
        re.compile(rf"{_COMMENTS}(?:export )?[A-Za-z_]\w*+=[^=]"),
        "Name it with --env-file",
    ),
)
_JSONNET = re.compile(r"\s*+(?:(?://|#)[^\n]*+\n\s*+)*+local\s++\w++\s*+[=(]")
_YAML = re.compile(rf"{_COMMENTS}(?:---\s|- |[A-Za-z_][\w-]*+:(?:\s|$))")
_JSON = re.compile(r"\s*+(?:(?://[^\n]*+\n|/\*(?:[^*]++|\*(?!/))*+\*/)\s*+)*+\{")


def guessed(source: Source, kind: FileKind, findings: list[Finding]) -> list[Finding]:
    """Return what is to be said of a text that its parser gave up.

    What the text seems to be matters more than what is wrong in it. Where it has at least the
    form of JSON, the place where it ends to be any is worth knowing too.
    """
    seems = guess(source, kind)
    if seems is None:
        return findings
    has_form = source.text.lstrip().startswith(("{", "["))
    stop = [one for one in findings[-1:] if has_form and one.place != seems.place]
    return [seems, *stop]


def guess(source: Source, kind: FileKind) -> Finding | None:
    """Return an error that says what the text is, if that can be told."""
    text = source.text[:_LOOKED_AT]
    if conflict := _CONFLICT.search(text):
        message = "a merge conflict was left here"
        return source.error(conflict.start(), message, "Keep one side, and remove the marks")
    for words, pattern, remedy in _KINDS:
        if pattern.search(text) if pattern.flags & re.MULTILINE else pattern.match(text):
            return source.error(0, f"the file seems to be {words}, and not {kind.words}", remedy)
    return _other_format(source, text)


def _other_format(source: Source, text: str) -> Finding | None:
    """Say that a file's name is that of another format."""
    name = PurePath(source.name)
    if name.suffix.lower() in {".jsonnet", ".libsonnet"}:
        return None
    is_yaml = name.suffix.lower() in {".yaml", ".yml"}
    for words, suffix, pattern, fits in (
        ("Jsonnet", ".jsonnet", _JSONNET, True),
        ("YAML", ".yaml", _YAML, not is_yaml),
        ("JSON with comments", ".json", _JSON, is_yaml and ("//" in text or "/*" in text)),
    ):
        if fits and pattern.match(text):
            read_as = "YAML" if is_yaml else "JSON"
            message = f"the file seems to be {words}, and is read as {read_as} for its name"
            return source.error(0, message, f"Name it {name.with_suffix(suffix)}")
    return None
