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
from cage.definitions.configuration import read_configuration
from cage.model.base import Shape
from cage.settings import (
    TFSTATE_KEY,
)


def load_service_definition(
    path: str | Path, environ: Mapping[str, str] | None = None, *, region: str | None = None
) -> Shape:
    """Read a service definition, put variables and lookups in, and check it.

    Args:
        path: The file itself, or a directory that holds `service.json` or names it in its
            `cage.json`.
        environ: The variables for `${NAME}`; None takes the process's environment.
        region: Where lookups are asked; None leaves it to the environment and the profile.

    Raises:
        DefinitionError: The file can't be used; it lists everything that is wrong.
    """
    names = os.environ if environ is None else environ
    lookups = _lookups(Path(path), names, region)
    return _load_service_definition(Path(path), names, EcsShapes(), lookups=lookups)


def load_task_definition(
    path: str | Path, environ: Mapping[str, str] | None = None, *, region: str | None = None
) -> Shape:
    """Read a task definition, put variables and lookups in, and check it.

    Args:
        path: The file itself, or a directory that holds `task-definition.json` or names it
            in its `cage.json`.
        environ: The variables for `${NAME}`; None takes the process's environment.
        region: Where lookups are asked; None leaves it to the environment and the profile.

    Raises:
        DefinitionError: The file can't be used; it lists everything that is wrong.
    """
    names = os.environ if environ is None else environ
    lookups = _lookups(Path(path), names, region)
    return _load_task_definition(Path(path), names, EcsShapes(), lookups=lookups)


def _lookups(path: Path, environ: Mapping[str, str], region: str | None) -> dict[str, Lookup]:
    """Return the lookups; a client is made when the first one is met."""
    state = environ.get(TFSTATE_KEY)
    if not state and path.is_dir():
        state = read_configuration(path, environ).tfstate
    return asking(Reach(lambda: Clients(region, attempts=ATTEMPTS), state, environ))
