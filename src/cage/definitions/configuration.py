"""`cage.json`: what cage itself is told in a definition directory.

A new section is its type here, one line in `SECTIONS`, and a field of `Configuration`; the
check of the file and its JSON Schema follow from the type.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cage.definitions.check_shapes import CHECKS
from cage.definitions.findings import Finding, plain
from cage.definitions.formats import parse
from cage.definitions.kinds import SUFFIXES
from cage.definitions.own_shapes import structure, text, truth
from cage.definitions.recognition import is_error
from cage.definitions.source import listed, read_source
from cage.definitions.validation import check

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cage.definitions.kinds import FileKind
    from cage.definitions.shapes import AwsShape

STEM = "cage"

SECTIONS: Mapping[str, AwsShape] = {
    "service_file": text(
        "The file of the service, input of create-service; from this file's directory."
    ),
    "task_definition_file": text(
        "The file of the task definition, input of register-task-definition; from this "
        "file's directory."
    ),
    "checks": CHECKS,
    "lock": truth("Whether the service's lock in SSM Parameter Store is held during a rollout."),
    "tfstate": text(
        "The Terraform state that ${tfstate:…} looks into: a file, from this file's directory, "
        "s3://bucket/key, or an HTTP address."
    ),
}
"""What may stand in the file, by key."""

SHAPE = structure("cage.json", "What cage is told in a definition directory.", SECTIONS)


@dataclasses.dataclass(frozen=True, slots=True)
class Configuration:
    """What a directory's `cage.json` says; without one, nothing.

    Attributes:
        service_file: The service's file, where it has another name.
        task_definition_file: The task definition's file, where it has another name.
        checks: What is asked before the promotion and after it, as in `check_shapes`.
        lock: Whether the service's lock is to be held; None: it doesn't say.
        tfstate: Where the Terraform state is: a path, `s3://…` or `http(s)://…`.
        findings: What is to be said of `cage.json` itself.
    """

    service_file: Path | None = None
    task_definition_file: Path | None = None
    checks: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    lock: bool | None = None
    tfstate: str | None = None
    findings: tuple[Finding, ...] = ()

    def file(self, kind: FileKind) -> Path | None:
        """Return the file of that kind, where it has another name."""
        files = {"service": self.service_file, "task-definition": self.task_definition_file}
        return files[kind.stem]

    @property
    def refused(self) -> bool:
        """Whether `cage.json` can't be used."""
        return is_error(list(self.findings))


def read_configuration(directory: Path, environ: Mapping[str, str]) -> Configuration:
    """Read the `cage.json` of a directory, or its kin; what is wrong is in the findings.

    A directory that isn't there is wrong too: what is asked in it must not be left out silently.
    """
    names = listed(directory)
    if isinstance(names, Finding):
        return Configuration(findings=(names,))
    paths = [directory / name for s in SUFFIXES if (name := STEM + s) in names]
    paths = [path for path in paths if path.is_file()]
    if not paths:
        return Configuration()
    source = read_source(paths[0])
    if isinstance(source, Finding):
        return Configuration(findings=(source,))
    findings = [
        source.error(0, f"{other.name} is there too", "Keep one of them") for other in paths[1:]
    ]
    parsed = parse(source, environ, {})
    findings += parsed.findings
    if parsed.root is None:
        return Configuration(findings=tuple(findings))
    if not isinstance(parsed.root.value, dict):
        message = f"the file holds {parsed.root.kind}, and not cage's settings"
        findings.append(parsed.source.error(parsed.root.start, message, "Begin it with {"))
        return Configuration(findings=tuple(findings))
    checked = check(parsed.source, parsed.root, SHAPE, frozenset(), reader="cage")
    findings += checked.findings
    said = {} if is_error(findings) else plain(checked.parameters)
    return Configuration(
        service_file=_path(directory, said.get("service_file")),
        task_definition_file=_path(directory, said.get("task_definition_file")),
        checks=said.get("checks") or {},
        lock=said.get("lock"),
        tfstate=_location(directory, said.get("tfstate")),
        findings=tuple(findings),
    )


def _location(directory: Path, text: str | None) -> str | None:
    return str(_path(directory, text)) if text and "://" not in text else text or None


def _path(directory: Path, name: str | None) -> Path | None:
    return directory / Path(name).expanduser() if name else None
