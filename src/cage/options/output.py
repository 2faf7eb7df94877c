"""Settings of a command's output and questions, and settings that most commands share."""

from __future__ import annotations

from cage.knobs.kinds import FilePath, Many, Text
from cage.knobs.knob import Knob, flag, switch

HEADING = "Output"

DIRECTORY = flag(
    "directory",
    FilePath(),
    "Directory of the definition files. [default: the current one, if it contains them]",
    argument=True,
)
ONLY = flag(
    "--only",
    Text(words=("service", "task-definition")),
    "Read only this file.",
    heading="Files",
)
YES = switch(
    "--yes",
    "Skip confirmation prompts.",
    old=("--ci",),
    short="-y",
    heading=HEADING,
)
DEBUG = switch(
    "--debug",
    "Show tracebacks of internal errors.",
    heading=HEADING,
)
SHOW_SETTINGS = switch(
    "--show-settings",
    "Print each setting with its value and origin, then exit.",
    heading=HEADING,
)


def json(text: str) -> Knob:
    """Return the flag that makes a command print JSON, with a description of that JSON."""
    return switch("--json", text, name="as_json", heading=HEADING)


REPORTS = flag(
    "--report",
    Many(Text("KIND[=FILE]")),
    "Report events as plain, terminal or json, on stdout or in FILE.",
    name="reports",
    default=(),
    heading=HEADING,
)
JSON = json("Short for --report json.")
EVENTS = (REPORTS, JSON)
OBJECT = json("Print one JSON object.")
