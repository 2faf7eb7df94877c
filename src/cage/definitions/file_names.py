"""Locations of a directory's definition files."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cage.definitions.recognition import is_error

if TYPE_CHECKING:
    from pathlib import Path

    from cage.definitions.findings import Finding
    from cage.definitions.kinds import FileKind


@dataclasses.dataclass(frozen=True, slots=True)
class FileNames:
    """The files with unusual names, and what is wrong with the settings that specify them.

    Attributes:
        service: The service's file; None: the usual name.
        task_definition: The task definition's file; None: the usual name.
        findings: Findings about the settings files that specify these names.
    """

    service: Path | None = None
    task_definition: Path | None = None
    findings: tuple[Finding, ...] = ()

    def file(self, kind: FileKind) -> Path | None:
        """Return the file of that kind; None: it has its usual name."""
        return {"service": self.service, "task-definition": self.task_definition}[kind.stem]

    @property
    def refused(self) -> bool:
        """Whether the settings that specify the files can't be used."""
        return is_error(list(self.findings))
