"""The definition files that a command reads, as flags, variables and `cage.json` name them."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cage import settings
from cage.aws.lookups import asking, offline
from cage.aws.lookups.reach import ATTEMPTS, Reach
from cage.aws.shapes import EcsShapes
from cage.cli.variables import variables
from cage.definitions import Definitions, Finding, inspect_directory, load_directory
from cage.definitions.configuration import Configuration, read_configuration
from cage.definitions.kinds import SERVICE, TASK_DEFINITION, FileKind
from cage.definitions.reading import file_of, require_usable
from cage.settings import pick

if TYPE_CHECKING:
    from cage.aws.clients import Clients


def inspect(
    directory: Path, flags: Mapping[str, Any]
) -> tuple[Definitions | None, tuple[Finding, ...]]:
    """Read the files without asking AWS, and return everything that is to be said of them.

    Raises:
        UsageError: A variable's flag or file can't be used.
    """
    names = variables(flags, os.environ)
    return inspect_directory(
        directory,
        names,
        EcsShapes(),
        lookups=offline(),
        configuration=_configuration(directory, flags, names),
        only=_only(flags),
    )


def definitions(
    directory: Path | None,
    flags: Mapping[str, Any],
    *,
    needs_service: bool,
    needs_task: bool = True,
    ask: bool = True,
    tolerant: bool = False,
) -> Definitions:
    """Read the definition files, as far as the flags leave something to them.

    Args:
        needs_service: Whether the service definition is needed though the flags name the
            service.
        needs_task: Whether the task definition is needed, where the flags name no revision.
        ask: Whether lookups are asked; if not, a text that is looked up stays as it is
            written.
        tolerant: Whether files are read that only a rule refuses.

    Raises:
        DefinitionError: The files can't be used, or a value can't be looked up.
        UsageError: A variable's flag or file can't be used.
    """
    if directory is None:
        return Definitions(None, None, ())
    names = variables(flags, os.environ)
    configuration = _configuration(directory, flags, names)
    only = _only(flags)
    if only is None:
        has_service = not isinstance(file_of(directory, configuration, SERVICE), Finding)
        without_service = not has_service and not needs_service and _is_named(flags)
        if not needs_task or _revision(flags):
            if without_service:
                return _without_files(directory, configuration)
            only = SERVICE
        elif without_service:
            only = TASK_DEFINITION
    found = load_directory(
        directory,
        names,
        EcsShapes(),
        lookups=asking(_reach(flags, configuration)) if ask else offline(),
        configuration=configuration,
        only=only,
        tolerant=tolerant,
    )
    return dataclasses.replace(found, checks=configuration.checks, lock=configuration.lock)


def naming(directory: Path | None, flags: Mapping[str, Any]) -> Definitions:
    """Read the definition files as far as a verb needs them that only asks which service it is.

    Raises:
        DefinitionError: The service's file can't be used.
        UsageError: A variable's flag or file can't be used.
    """
    if directory is not None and _is_named(flags):
        said = _configuration(directory, flags, variables(flags, os.environ))
        return _without_files(directory, said)
    return definitions(directory, flags, needs_service=False, needs_task=False, tolerant=True)


def _without_files(directory: Path, said: Configuration) -> Definitions:
    """Return what `cage.json` says alone."""
    require_usable(directory, said)
    return Definitions(None, None, said.findings, checks=said.checks, lock=said.lock)


def warn(found: Definitions) -> None:
    """Print what the definition files' warnings say, and what a rollout would refuse."""
    for finding in found.warnings:
        sys.stderr.write(f"{finding}\n")
    if found.refused:
        sys.stderr.write("A rollout would refuse these files:\n")
        sys.stderr.writelines(f"{finding}\n" for finding in found.refused)


def _reach(flags: Mapping[str, Any], configuration: Configuration) -> Reach:
    """Return the way to what lookups ask: that of the command itself."""

    def clients() -> Clients:
        from cage.aws.clients import Clients

        region = pick(("--region", flags.get("region")), settings.REGION_KEYS, os.environ).value
        return Clients(region, flags.get("profile"), flags.get("endpoint_url"), ATTEMPTS)

    state = pick(
        ("--tfstate", flags.get("tfstate")),
        (settings.TFSTATE_KEY,),
        os.environ,
        ("cage.json", configuration.tfstate),
    ).value
    return Reach(clients, state, os.environ)


def _only(flags: Mapping[str, Any]) -> FileKind | None:
    """Return the kind of the one file that is asked for; None: both."""
    return {kind.stem: kind for kind in (SERVICE, TASK_DEFINITION)}.get(flags.get("only") or "")


def _configuration(
    directory: Path, flags: Mapping[str, Any], names: Mapping[str, str]
) -> Configuration:
    """Return what `cage.json` says; flags beat it."""
    given = {key: flags[key] for key in ("service_file", "task_definition_file") if flags.get(key)}
    return dataclasses.replace(read_configuration(directory, names), **given)


def _revision(flags: Mapping[str, Any]) -> str | None:
    flag = ("--task-definition-arn", flags.get("task_definition_arn"))
    revision: str | None = pick(flag, (settings.TASK_DEFINITION_ARN_KEY,), os.environ).value
    return revision


def _is_named(flags: Mapping[str, Any]) -> bool:
    """Tell whether cluster and service are named without their file."""
    keys = {"cluster": settings.CLUSTER_KEY, "service": settings.SERVICE_KEY}
    return all(pick(("", flags.get(n)), (key,), os.environ).value for n, key in keys.items())
