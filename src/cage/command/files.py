"""The definition files that a command reads, specified by flags, variables and `cage.json`."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cage.aws.lookups import asking, offline
from cage.aws.lookups.reach import ATTEMPTS, Reach
from cage.aws.shapes import EcsShapes
from cage.definitions import Definitions, Finding, inspect_directory, load_directory
from cage.definitions.findings import Place, Severity
from cage.definitions.kinds import SERVICE, SUFFIXES, TASK_DEFINITION, FileKind
from cage.definitions.reading import file_of, require_usable
from cage.model.errors import UsageError
from cage.options import groups, output
from cage.options.request import field_of
from cage.options.settings_file import STEM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cage.aws.clients import Clients
    from cage.model.base import Shape
    from cage.options.invocation import Invocation


def required(call: Invocation, command: str, what: str) -> Path:
    """Return the directory.

    Args:
        command: The command, for the example in the message.
        what: Completes "Specify the directory …" in the message.

    Raises:
        UsageError: No directory is specified and the current one has no definition files, or the
            path is not a directory.
    """
    directory = call.directory
    if directory is None:
        example = f"For example: cage {command} deploy"
        raise UsageError(f"Specify the directory {what}.", "", example)
    if directory.is_file():
        raise UsageError(
            f"{directory} is a file.", "", f"Specify its directory: {directory.parent}"
        )
    if not directory.is_dir():
        raise UsageError(f"{directory} is not a directory.", "", f"Specify the directory {what}.")
    return directory


def here(call: Invocation) -> Invocation:
    """Return the call with the current directory, if no directory is specified."""
    return call if call.directory else dataclasses.replace(call, directory=Path(), assumed=True)


def where_files_are(call: Invocation) -> Invocation:
    """Return the call with the current directory, if it holds the settings that are missing.

    If flags or variables specify everything, no files are needed.
    """
    if call.directory is not None or (_is_named(call) and call.value(groups.REVISION)):
        return call
    stems = (SERVICE.stem, TASK_DEFINITION.stem, STEM)
    found = any(Path(stem + end).is_file() for stem in stems for end in SUFFIXES)
    return here(call) if found else call


def inspect(call: Invocation) -> tuple[Definitions | None, tuple[Finding, ...]]:
    """Read the files without querying AWS, and return all findings about them.

    Raises:
        UsageError: A variable's flag or file can't be used.
    """
    return inspect_directory(
        call.directory or Path(),
        call.variables,
        EcsShapes(),
        lookups=offline(),
        names=call.file_names,
        only=_only(call),
    )


def without_cluster(call: Invocation, found: Definitions | None) -> Iterator[Finding]:
    """Yield a warning if the cluster is missing in the service's file and in the settings."""
    service = found.service if found else None
    if not service or service.get("cluster") or call.value(field_of("cluster")):
        return
    path = file_of(call.directory or Path(), call.file_names, SERVICE)
    place = None if isinstance(path, Finding) else Place(path.name, 1, 1, str(path))
    message = "is missing, so a rollout needs --cluster"
    yield Finding(Severity.WARNING, place, "cluster", message, "Add it, or pass --cluster")


def definitions(
    call: Invocation,
    *,
    needs_service: bool,
    needs_task: bool = True,
    ask: bool = True,
    tolerant: bool = False,
) -> Definitions:
    """Read the definition files that the flags need.

    Args:
        call: The command's call.
        needs_service: Whether the service definition is needed even if the flags specify the
            service.
        needs_task: Whether the task definition is needed if the flags specify no revision.
        ask: Whether lookups query AWS. If not, a text with a lookup stays as
            written.
        tolerant: Whether to accept files that only a rule refuses.

    Raises:
        DefinitionError: The files can't be used, or a value can't be looked up.
        UsageError: A variable's flag or file can't be used.
    """
    directory = call.directory
    if directory is None:
        return Definitions(None, None, ())
    only = _only(call)
    if only is None:
        has_service = not isinstance(file_of(directory, call.file_names, SERVICE), Finding)
        without_service = not has_service and not needs_service and _is_named(call)
        if not needs_task or call.value(groups.REVISION):
            if without_service:
                return _without_files(directory, call)
            only = SERVICE
        elif without_service:
            only = TASK_DEFINITION
    return load_directory(
        directory,
        call.variables,
        EcsShapes(),
        lookups=asking(_reach(call)) if ask else offline(),
        names=call.file_names,
        only=only,
        tolerant=tolerant,
    )


def read(call: Invocation, *, needs_service: bool, **how: bool) -> Definitions:
    """Read the definition files as `definitions` does, and print their warnings."""
    found = definitions(call, needs_service=needs_service, **how)
    warn(found)
    return found


def naming(call: Invocation) -> Definitions:
    """Read only the definition files that a command needs to identify the service.

    Raises:
        DefinitionError: The service's file can't be used.
        UsageError: A variable's flag or file can't be used.
    """
    if call.directory is not None and _is_named(call):
        return _without_files(call.directory, call)
    return definitions(call, needs_service=False, needs_task=False, tolerant=True)


def existing_service(call: Invocation) -> Shape | None:
    """Return the content of the service's file if cluster or service is specified only there.

    Raises:
        DefinitionError: The file can't be used.
        UsageError: A variable's flag or file can't be used.
    """
    directory = call.directory
    if directory is None or _is_named(call):
        return None
    exists = not isinstance(file_of(directory, call.file_names, SERVICE), Finding)
    return naming(call).service if exists else None


def _without_files(directory: Path, call: Invocation) -> Definitions:
    """Return the findings about `cage.json` alone."""
    require_usable(directory, call.file_names)
    return Definitions(None, None, call.findings)


def warn(found: Definitions) -> None:
    """Print the warnings about the definition files, and what a rollout would refuse."""
    from cage.wording.harmless import harmless

    for finding in found.warnings:
        sys.stderr.write(f"{harmless(finding.line)}\n")
    if found.refused:
        sys.stderr.write("A rollout would refuse these files:\n")
        sys.stderr.writelines(f"{harmless(finding.line)}\n" for finding in found.refused)


def _reach(call: Invocation) -> Reach:
    """Return the access to the sources that lookups query: the same as the command's own."""

    def clients() -> Clients:
        from cage.aws.clients import Clients

        region, profile, endpoint = (
            call.field(name) for name in ("region", "access.profile", "access.endpoint_url")
        )
        return Clients(region, profile, endpoint, ATTEMPTS)

    return Reach(clients, call.value(groups.TFSTATE), call.environ)


def _only(call: Invocation) -> FileKind | None:
    """Return the kind of the one file that is requested; None: both."""
    return {kind.stem: kind for kind in (SERVICE, TASK_DEFINITION)}.get(
        call.value(output.ONLY) or ""
    )


def _is_named(call: Invocation) -> bool:
    """Return whether cluster and service are specified without their file."""
    return all(call.value(field_of(name)) for name in ("cluster", "service"))
