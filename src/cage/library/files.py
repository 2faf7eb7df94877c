"""Reading definition files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from cage.aws.clients import Clients
from cage.aws.lookups import asking
from cage.aws.lookups.reach import ATTEMPTS, Reach
from cage.aws.shapes import EcsShapes
from cage.definitions import Lookup
from cage.definitions import load_service_definition as _load_service_definition
from cage.definitions import load_task_definition as _load_task_definition
from cage.model.base import Shape
from cage.options.invocation import Invocation


def load_service_definition(
    path: str | Path, environ: Mapping[str, str] | None = None, *, region: str | None = None
) -> Shape:
    """Read a service definition, insert variables and lookups, and check it.

    Args:
        path: The file itself, or a directory that contains `service.json` or specifies it in its
            `cage.json`.
        environ: The variables for `${NAME}`; None uses the process's environment.
        region: The Region for lookups; None uses the environment and the profile.

    Raises:
        DefinitionError: The file can't be used; the error lists every problem.
    """
    call = _call(Path(path), environ, region)
    return _load_service_definition(
        Path(path), call.environ, EcsShapes(), lookups=lookups_of(call), names=call.file_names
    )


def load_task_definition(
    path: str | Path, environ: Mapping[str, str] | None = None, *, region: str | None = None
) -> Shape:
    """Read a task definition, insert variables and lookups, and check it.

    Args:
        path: The file itself, or a directory that contains `task-definition.json` or specifies it
            in its `cage.json`.
        environ: The variables for `${NAME}`; None uses the process's environment.
        region: The Region for lookups; None uses the environment and the profile.

    Raises:
        DefinitionError: The file can't be used; the error lists every problem.
    """
    call = _call(Path(path), environ, region)
    return _load_task_definition(
        Path(path), call.environ, EcsShapes(), lookups=lookups_of(call), names=call.file_names
    )


def lookups_of(call: Invocation) -> dict[str, Lookup]:
    """Return the lookups; a client is created for the first one."""
    region = call.field("region")
    state = call.field("sources.tfstate")
    return asking(Reach(lambda: Clients(region, attempts=ATTEMPTS), state, call.environ))


def _call(path: Path, environ: Mapping[str, str] | None, region: str | None) -> Invocation:
    directory = path if path.is_dir() else None
    given = {"region": region} if region else {}
    return Invocation(directory, given, os.environ if environ is None else environ)
