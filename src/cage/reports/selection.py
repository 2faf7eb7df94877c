"""The reports of a run."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TextIO

from cage.model.errors import UsageError
from cage.registry import discover
from cage.reports.report import Report


class Selected(NamedTuple):
    """A report of a run, with its file; without a file, it writes to stdout."""

    report: Report
    file: str = ""


def known() -> dict[str, Report]:
    """Return every kind of report by name.

    Raises:
        UsageError: A plug-in can't be loaded, or has the name of another report.
    """
    found: dict[str, Report] = {}
    for report in discover("cage.reports", "REPORT", "cage.reports"):
        if report.name in found:
            raise UsageError(
                f"Two reports are named {report.name}.",
                "A plug-in declares one of them.",
                "Uninstall the plug-in.",
            )
        found[report.name] = report
    return found


def selected(
    wanted: Sequence[str], kinds: Mapping[str, Report], default: str
) -> tuple[Selected, ...]:
    """Return the reports that `--report KIND[=FILE]` selects.

    Args:
        wanted: The values of the flag.
        kinds: Every kind of report by name.
        default: The kind for stdout if the flag selects none for stdout.

    Raises:
        UsageError: A kind is unknown or can't write there, or two write to the same place.
    """
    found = list(dict.fromkeys(_read(text, kinds) for text in wanted))
    if not any(one.file == "" for one in found):
        found.insert(0, Selected(kinds[default]))
    places: dict[str, Selected] = {}
    for one in found:
        other = places.setdefault(one.file, one)
        if other is not one:
            raise UsageError(
                f"Two reports write to {one.file or 'stdout'}: "
                f"{other.report.name} and {one.report.name}.",
                "",
                f"Give one of them its own file: --report {one.report.name}=FILE",
            )
    return tuple(found)


def _read(text: str, kinds: Mapping[str, Report]) -> Selected:
    name, separator, file = text.partition("=")
    if name not in kinds:
        from cage.definitions.spelling import nearest  # noqa: PLC0415  only a mistake needs it

        near = nearest(name, kinds)
        hint = f"Did you mean {near}?" if near else f"Known reports: {', '.join(sorted(kinds))}."
        raise UsageError(f"Unknown report {name!r}.", "", hint)
    if separator and not file:
        raise UsageError(f"No file specified in {text!r}.", "", f"Pass --report {name}=FILE")
    if file and not kinds[name].to_file:
        raise UsageError(
            f"The report {name} can't write to a file.", "", f"Pass --report {name} without a file."
        )
    return Selected(kinds[name], file)


def writable(file: str) -> TextIO:
    """Open a report's file.

    Raises:
        UsageError: It can't be written to.
    """
    try:
        # A named pipe without a reader would block the start forever.
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NONBLOCK, 0o666)
    except OSError as error:
        reason = "no program reads the pipe" if error.errno == errno.ENXIO else error.strerror
        raise UsageError(
            f"The report can't be written to {file}: {reason}.", "", "Check --report."
        ) from error
    os.set_blocking(number, True)
    return os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace")
