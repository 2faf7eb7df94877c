"""Texts that attack terminals and CI services, and what each of these executes in an output.

A reader is as generous as the service is, or more. Sources: those of `cage.wording.harmless`, and
for Gitea and Forgejo gitea/act_runner, internal/pkg/report/reporter.go (`::name::` and `##[name]`
at the start of a line).
"""

from __future__ import annotations

import re

ESC = "\x1b"

COMMANDS = {
    "GitHub": (
        "::error file=app.js,line=1::gone",
        "  ::set-output name=sha::evil",
        "::add-mask::a",
        "::stop-commands::token",
        "::group::mine",
        "##[set-output name=sha;]evil",
        "it said ##[add-path]/tmp/evil",
    ),
    "Azure Pipelines": (
        "##vso[task.setvariable variable=PATH]/tmp/evil",
        "in the middle ##vso[task.complete result=Succeeded;]done",
        "##VSO[task.logissue type=error]loud",
        "##[error]red",
    ),
    "TeamCity": ("##teamcity[buildStatus status='SUCCESS']", "a ##teamcity[setParameter name='x']"),
    "Octopus Deploy": ("##octopus[setVariable name='a' value='b']",),
    "GitLab": (
        f"{ESC}[0Ksection_start:1600000000:evil[collapsed=true]\r{ESC}[0KAll well",
        f"section_end:1600000000:evil\r{ESC}[0K",
    ),
    "Buildkite": ("--- Deployed", "+++ Deployed", "~~~ Deployed", "^^^ +++", f"{ESC}_bk;t=1\a"),
    "Travis CI": (f"travis_fold:start:evil\r{ESC}[0K", "travis_time:end:1:start=1,finish=2"),
    "Jenkins": (f"{ESC}[8mha:AAAA{ESC}[0mlink",),
    "a terminal": (
        f"{ESC}]0;title\a{ESC}[2J{ESC}[1;31mgone",
        "\x9b2J\x9d0;title\x9c",
        "abc\u202etxt.exe\u2066\u2069",
        "a\x00b\x08\x08c\x7f",
    ),
    "a reader": (
        "Service web was NOT changed.\rService web was changed.    ",
        "first\nService web was changed and is confirmed running web:9.",
        "first\u2028Service web was changed\x85and more",
    ),
}
"""Lines by what executes them."""

LINES = tuple(line for lines in COMMANDS.values() for line in lines)

_RICH = re.compile(r"\x1b\[(?:[0-9;]*m|\?25[hl]|[012]?K|1A)|(?<=\n)\r|\r(?=\x1b\[)")
"""What the report for terminals writes itself: colors, the cursor, and the live line."""

_READERS = {
    "GitHub": re.compile(r"^\s*::\s*[A-Za-z][^:]*.*?::|##\[", re.MULTILINE),
    "Azure Pipelines": re.compile(r"(?i)##vso\[|^##\[", re.MULTILINE),
    "TeamCity": re.compile(r"##teamcity\["),
    "Octopus Deploy": re.compile(r"##octopus\["),
    "GitLab": re.compile(r"section_(?:start|end):\d"),
    "Buildkite": re.compile(r"^(?:---|\+\+\+|~~~|\^\^\^)(?:\s|$)|\x1b_", re.MULTILINE),
    "Travis CI": re.compile(r"travis_(?:fold|time):"),
    "a reader": re.compile(r"^Service web was changed", re.MULTILINE),
    "a terminal": re.compile(
        r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]"
    ),
}


def executed(output: str, *, terminal: bool = False) -> list[str]:
    """What of an output a terminal or a CI service would execute, with who does.

    Args:
        terminal: Whether it is an output with colors and a live line.
    """
    text = _RICH.sub("", output) if terminal else output
    parts = re.split(r"[\r\n\x85\u2028]", text)
    return [
        f"{service}: {part!r}"
        for part in (text, *parts)
        for service, reader in _READERS.items()
        if reader.search(part)
    ]
