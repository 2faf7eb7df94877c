"""Reads a directory of definition files into the requests that will be sent."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cage.definitions.file_names import FileNames
from cage.definitions.findings import Finding, Severity, path_text, plain
from cage.definitions.foreign import guessed
from cage.definitions.formats import parse
from cage.definitions.kinds import SERVICE, SUFFIXES, TASK_DEFINITION, FileKind
from cage.definitions.limits import MAX_FINDINGS
from cage.definitions.lookups import once
from cage.definitions.recognition import is_error, unwrap
from cage.definitions.repeated import merged
from cage.definitions.rules import findings_of_rules
from cage.definitions.source import listed, read_source
from cage.definitions.tree import locate
from cage.definitions.validation import CheckedFile, check
from cage.model.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cage.definitions.findings import KeyPath
    from cage.definitions.lookups import Lookup
    from cage.model.base import Shape
    from cage.ports.shapes import Shapes

_NO_LOOKUPS: Mapping[str, Lookup] = MappingProxyType({})
_NAMES_SHOWN = 10
_MEND = "Fix the errors, then retry."


@dataclasses.dataclass(frozen=True, slots=True)
class Definitions:
    """The definitions in a directory's files, as AWS will receive them.

    Attributes:
        service: Input of create-service.
        task_definition: Input of register-task-definition.
        warnings: Warnings about the files; nothing else was changed or left out.
        incomplete: Values left out because they depend on a lookup that wasn't made.
        refused: Violated rules, where the reader wanted the files anyway.
    """

    service: Shape | None
    task_definition: Shape | None
    warnings: tuple[Finding, ...]
    incomplete: tuple[Finding, ...] = ()
    refused: tuple[Finding, ...] = ()


def load_directory(
    directory: Path,
    environ: Mapping[str, str],
    shapes: Shapes,
    *,
    lookups: Mapping[str, Lookup] = _NO_LOOKUPS,
    names: FileNames | None = None,
    only: FileKind | None = None,
    tolerant: bool = False,
) -> Definitions:
    """Read a service and its task definition.

    Args:
        directory: Contains `service.json` and `task-definition.json`, or their variants.
        environ: The variables for `${NAME}`.
        shapes: The data types of the ECS API.
        lookups: Resolvers for `${prefix:reference}`; each reference is resolved once.
        names: Where the files are, if they don't have their usual names.
        only: The one kind of file to read; None reads both.
        tolerant: Whether to read files that violate a rule, as a live service might violate one:
            AWS accepted it when it was created, or doesn't check.

    Raises:
        DefinitionError: The files can't be used; the error lists everything that is wrong.
    """
    definitions, findings = inspect_directory(
        directory,
        environ,
        shapes,
        lookups=lookups,
        names=names,
        only=only,
        tolerant=tolerant,
    )
    if definitions is None:
        raise _error(str(directory), findings)
    return definitions


def inspect_directory(
    directory: Path,
    environ: Mapping[str, str],
    shapes: Shapes,
    *,
    lookups: Mapping[str, Lookup] = _NO_LOOKUPS,
    names: FileNames | None = None,
    only: FileKind | None = None,
    tolerant: bool = False,
) -> tuple[Definitions | None, tuple[Finding, ...]]:
    """Read a directory and return it with all findings; see `load_directory`."""
    reader = _Reader(environ, shapes, lookups)
    found = reader.read_directory(directory, names, only)
    return reader.result(found.get(SERVICE), found.get(TASK_DEFINITION), tolerant=tolerant)


def load_service_definition(
    path_or_directory: Path,
    environ: Mapping[str, str],
    shapes: Shapes,
    *,
    lookups: Mapping[str, Lookup] = _NO_LOOKUPS,
    names: FileNames | None = None,
) -> Shape:
    """Read a service definition alone: a file, or the service's file of a directory.

    Raises:
        DefinitionError: The file can't be used; the error lists everything that is wrong.
    """
    reader = _Reader(environ, shapes, lookups)
    return reader.only(path_or_directory, SERVICE, names)


def load_task_definition(
    path_or_directory: Path,
    environ: Mapping[str, str],
    shapes: Shapes,
    *,
    lookups: Mapping[str, Lookup] = _NO_LOOKUPS,
    names: FileNames | None = None,
) -> Shape:
    """Read a task definition alone: a file, or the task definition's file of a directory.

    Raises:
        DefinitionError: The file can't be used; the error lists everything that is wrong.
    """
    reader = _Reader(environ, shapes, lookups)
    return reader.only(path_or_directory, TASK_DEFINITION, names)


class _Reader:
    """Reads files and keeps all findings."""

    def __init__(
        self, environ: Mapping[str, str], shapes: Shapes, lookups: Mapping[str, Lookup]
    ) -> None:
        self._environ = environ
        self._shapes = shapes
        self._lookups = once(lookups)
        self._findings: list[Finding] = []

    def only(self, path: Path, kind: FileKind, names: FileNames | None) -> Shape:
        """Read a definition alone, and require it.

        Raises:
            DefinitionError: The file can't be used.
        """
        found = self.read(path, kind, names)
        service, task = (found, None) if kind is SERVICE else (None, found)
        definitions, findings = self.result(service, task)
        definition = definitions and (definitions.service or definitions.task_definition)
        if not definition:
            raise _error(path.name, findings)
        return definition

    def read(self, path: Path, kind: FileKind, names: FileNames | None) -> CheckedFile | None:
        """Read a file, or the file of that kind in a directory."""
        if path.is_dir():
            return self.read_directory(path, names, kind)[kind]
        return self._read_file(path, kind)

    def read_directory(
        self, directory: Path, names: FileNames | None, only: FileKind | None
    ) -> dict[FileKind, CheckedFile | None]:
        """Read a directory's files, under their configured names."""
        names = names or FileNames()
        self._findings += names.findings
        found: dict[FileKind, CheckedFile | None] = {}
        for kind in (SERVICE, TASK_DEFINITION):
            if only in {None, kind}:
                path = file_of(directory, names, kind)
                if isinstance(path, Finding):
                    # A cage.json that can't be used might well specify the missing file.
                    self._findings += () if names.refused else (path,)
                    found[kind] = None
                else:
                    found[kind] = self._read_file(path, kind)
        return found

    def _read_file(self, path: Path, kind: FileKind) -> CheckedFile | None:
        source = read_source(path)
        if isinstance(source, Finding):
            self._findings.append(source)
            return None
        parsed = parse(source, self._environ, self._lookups)
        if parsed.root is None:
            self._findings += guessed(source, kind, parsed.findings)
            return None
        inside = unwrap(parsed.source, parsed.root, kind, self._shapes)
        self._findings += [] if inside.is_foreign else parsed.findings
        self._findings += inside.findings
        root = inside.root
        if is_error(inside.findings) or not isinstance(root.value, dict):
            return None
        other = SERVICE if kind is TASK_DEFINITION else TASK_DEFINITION
        checked = check(
            parsed.source,
            root,
            kind.shape(self._shapes),
            kind.read_only(self._shapes),
            other=other.shape(self._shapes),
        )
        self._findings += checked.findings
        return checked

    def result(
        self,
        service: CheckedFile | None,
        task_definition: CheckedFile | None,
        *,
        tolerant: bool = False,
    ) -> tuple[Definitions | None, tuple[Finding, ...]]:
        """Apply the rules and return what was read, unless something is wrong."""
        said = findings_of_rules(service, task_definition)
        errors = [one for one in said if one.severity is Severity.ERROR]
        self._findings += [one for one in said if not tolerant or one.severity is Severity.WARNING]
        unusable = is_error(self._findings)
        findings = _shown(self._findings)
        if unusable:
            return None, findings
        files = [one for one in (service, task_definition) if one]
        incomplete = tuple(_omission(one, path) for one in files for path in one.omitted)
        return Definitions(
            _parameters(service),
            _parameters(task_definition),
            findings,
            incomplete=incomplete,
            refused=_shown(errors if tolerant else []),
        ), findings


def require_usable(directory: Path, names: FileNames) -> None:
    """Require that a directory and its `cage.json` can be used, where nothing else is read.

    Raises:
        DefinitionError: They can't be used; the error lists everything that is wrong.
    """
    if names.refused:
        raise _error(str(directory), names.findings)


def file_of(directory: Path, names: FileNames, kind: FileKind) -> Path | Finding:
    """Return the file of that kind in a directory, or report what is there instead."""
    if named := names.file(kind):
        return named
    present = listed(directory)
    if isinstance(present, Finding):
        return present
    fitting = [name for suffix in SUFFIXES if (name := kind.stem + suffix) in present]
    if len(fitting) == 1:
        return directory / fitting[0]
    if fitting:
        message = f"{directory} contains {' and '.join(fitting)}"
        return Finding(Severity.ERROR, None, "", message, "Keep one of them")
    shown = ", ".join(present[:_NAMES_SHOWN]) + (", …" if len(present) > _NAMES_SHOWN else "")
    return Finding(
        Severity.ERROR,
        None,
        "",
        f"{kind.stem}.json not found in {directory}, which contains {shown or 'nothing'}",
        f"Put the input of {kind.command} there, or in {kind.stem}.yaml, or specify its file in "
        "cage.json",
    )


def _parameters(checked: CheckedFile | None) -> dict[str, Any] | None:
    return None if checked is None else plain(checked.parameters)


def _omission(checked: CheckedFile, path: KeyPath) -> Finding:
    place = checked.source.place(locate(checked.root, path))
    message = "the value is unknown until it is looked up"
    return Finding(Severity.ERROR, place, path_text(path), message)


def _shown(findings: list[Finding]) -> tuple[Finding, ...]:
    """Return the findings in reading order; if there are very many, errors first and not all."""
    findings = merged(list(dict.fromkeys(findings)))
    if len(findings) <= MAX_FINDINGS:
        return tuple(sorted(findings, key=_reading_order))
    worst = sorted(findings, key=lambda one: one.severity is not Severity.ERROR)[:MAX_FINDINGS]
    message = f"only the first {MAX_FINDINGS} findings are shown"
    rest = Finding(Severity.WARNING, None, "", message, "Fix these first")
    return (*sorted(worst, key=_reading_order), rest)


def _reading_order(finding: Finding) -> tuple[bool, bool, str, int, int]:
    """Return a sort key: missing files first, then the service, then its task definition."""
    place = finding.place
    if place is None:
        return (False, False, "", 0, 0)
    return (True, "task" in place.file, place.file, place.line, place.column)


def _error(name: str, findings: tuple[Finding, ...]) -> DefinitionError:
    errors = tuple(one.line for one in findings if one.severity is Severity.ERROR)
    count = f"{len(errors)} errors" if len(errors) > 1 else "an error"
    return DefinitionError(f"The definitions can't be used: {count} in {name}", errors, _MEND)
