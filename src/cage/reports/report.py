"""The declaration of a report: a sink for events, and how to open it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TextIO

from cage.runtime.journal import Sink


@dataclasses.dataclass(frozen=True, slots=True)
class Output:
    """Where a report writes.

    Attributes:
        from_start: Whether times count from the operation's start, like in a rehearsal.
    """

    stream: TextIO
    from_start: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """A kind of report. Declare one as `REPORT` in a module of `cage.reports`, or as a plug-in.

    Attributes:
        name: The kind in `--report KIND`.
        summary: Its output, described in one line.
        open: Returns a context manager that yields the sink.
        to_file: Whether it can also write to a file.
    """

    name: str
    summary: str
    open: Callable[[Output], AbstractContextManager[Sink]]
    to_file: bool = True
