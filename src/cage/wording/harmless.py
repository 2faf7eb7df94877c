"""Texts that no terminal and no CI service executes. Every stream and file is written through this.

Containers, ECS and other people write texts that cage shows: log lines, reasons, events, tags and
names. A terminal executes control characters in them, and a CI service executes commands that it
finds in a job's output.

Sources, all public code or documentation. GitHub: actions/runner, src/Runner.Common/
ActionCommand.cs (`::name::` at the start of a line, `##[name]` anywhere). Azure Pipelines:
microsoft/azure-pipelines-agent, src/Agent.Sdk/CommandPlugin and Command.cs (`##vso[` anywhere).
TeamCity: "Service messages" (`##teamcity[`). Octopus Deploy: "Service messages" (`##octopus[`).
GitLab: "Job logs", custom collapsible sections (`section_start:`, with ESC). Buildkite: "Managing
log output" (`---`, `+++`, `~~~`, `^^^ +++` at the start of a line). Travis CI: travis-ci/log.js
(`travis_fold:`, `travis_time:`). Jenkins: hudson.console.ConsoleNote (ESC).
"""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar

from cage.masking.mask import each_text

T = TypeVar("T")

_START = re.compile(r"\s*(?=(?:---|\+\+\+|~~~|\^\^\^)(?:\s|$))")
_GITHUB = re.compile(r"(?<!\S)(?=::\s*[A-Za-z].*?::)")
_BRACKET = re.compile(r"#(?=#[\w.-]*\[)")
_COLON = re.compile(r"(?<=travis_fold|travis_time|section_end):|(?<=section_start):")


def harmless(text: str) -> str:
    """Return the text on one line, without control characters and commands of CI services.

    A space replaces each character that can't be printed, such as ESC, a line break and a
    bidirectional override. A backslash breaks each command.
    """
    line = "".join(c if c.isprintable() else " " for c in text)
    if "::" in line:
        line = _GITHUB.sub(r"\\", line)
    if "##" in line:
        line = _BRACKET.sub(r"#\\", line)
    if _COLON.search(line):
        line = _COLON.sub(r"\\:", line)
    start = _START.match(line)
    return f"{start[0]}\\{line[start.end() :]}" if start else line


def harmless_texts(value: T) -> T:
    """Return the value, such as an event, with each of its texts on one line.

    Texts that other people wrote can then not look like lines of cage's own.
    """
    return each_text(value, lambda text, _foreign: harmless(text))


def harmless_json(value: Any, indent: int | None = None) -> str:
    """Return JSON types as JSON that holds the same texts, without commands of CI services."""
    text = json.dumps(value, indent=indent)
    return _COLON.sub(r"\\u003a", _BRACKET.sub(r"\\u0023", text))
