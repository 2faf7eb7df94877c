"""The definition files that a command reads, as its flags and variables name them."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cage import settings
from cage.cli.variables import variables
from cage.definitions import Definitions, Finding
from cage.settings import pick

if TYPE_CHECKING:
    from cage.definitions.kinds import FileKind


def only(flags: Mapping[str, Any]) -> FileKind | None:
    """Return the kind of the one file that is asked for; None: both."""
    from cage.definitions.kinds import SERVICE, TASK_DEFINITION

    return {kind.stem: kind for kind in (SERVICE, TASK_DEFINITION)}.get(flags.get("only") or "")


def inspect(
    directory: Path, flags: Mapping[str, Any]
) -> tuple[Definitions | None, tuple[Finding, ...]]:
    """Read the files without asking AWS, and return everything that is to be said of them."""
    from cage.aws.shapes import EcsShapes
    from cage.definitions import inspect_directory

    environ = variables(flags, os.environ)
    return inspect_directory(directory, environ, EcsShapes(), only=only(flags))


def warn(found: Definitions) -> None:
    """Print what the definition files' warnings say."""
    for finding in found.warnings:
        sys.stderr.write(f"{finding}\n")


def definitions(
    directory: Path | None, flags: Mapping[str, Any], *, needs_service: bool
) -> Definitions:
    """Read the definition files, as far as the flags leave something to them.

    Args:
        needs_service: Whether the service definition is needed though the flags name the
            service.

    Raises:
        DefinitionError: The files can't be used.
    """
    if directory is None:
        return Definitions(None, None, ())
    from cage.aws.shapes import EcsShapes
    from cage.definitions import load_directory
    from cage.definitions.kinds import SERVICE, TASK_DEFINITION
    from cage.definitions.reading import find_file

    environ = os.environ
    names = variables(flags, environ)
    shapes = EcsShapes()
    if kind := only(flags):
        return load_directory(directory, names, shapes, only=kind)
    revision = pick(
        ("", flags.get("task_definition_arn")), (settings.TASK_DEFINITION_ARN_KEY,), environ
    ).value
    named = all(
        pick(("", flags.get(name)), (variable,), environ).value
        for name, variable in (("cluster", settings.CLUSTER_KEY), ("service", settings.SERVICE_KEY))
    )
    can_do_without = named and not needs_service
    has_service = not isinstance(find_file(directory, SERVICE), Finding)
    if revision:
        if can_do_without and not has_service:
            return Definitions(None, None, ())
        return load_directory(directory, names, shapes, only=SERVICE)
    reads = TASK_DEFINITION if can_do_without and not has_service else None
    return load_directory(directory, names, shapes, only=reads)
