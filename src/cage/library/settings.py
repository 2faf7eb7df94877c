"""Settings as keywords of the library: all those of the command line, by the same names."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cage.aws.shapes import EcsShapes
from cage.checks.requests import kinds
from cage.definitions import load_directory
from cage.knobs.knob import knobs_of
from cage.library.checks import require_known
from cage.library.files import lookups_of
from cage.options.invocation import Invocation
from cage.options.request import Request, all_knobs


def completed(request: Request, kept: Mapping[str, Any]) -> Request:
    """Return a request with values from `cage.json` in place of defaults; values are read."""
    for path, knob in knobs_of(Request):
        if knob.name in kept and _at(request, path) == knob.default:
            request = _with(request, path.split("."), kept[knob.name])
    return request


def overridden(request: Request, settings: Mapping[str, Any]) -> Request:
    """Return a request with some settings, each by its name.

    Args:
        request: The request.
        settings: The values: texts like on the command line, or values like those of a request.

    Raises:
        UsageError: A setting doesn't exist, or a value can't be used.
    """
    require_known(settings, {knob.name for knob in all_knobs()}, "setting")
    said = Invocation(None, settings, {})
    for path, knob in knobs_of(Request):
        if knob.name in settings:
            request = _with(request, path.split("."), said.value(knob))
    by_kind = {
        kind.name: said.requested().by_kind[kind.name]
        for kind in kinds()
        if kind.name in said.requested().by_kind
    }
    approve = said.requested().approve or request.checks.approve
    checks = request.checks.but(**by_kind, approve=approve)
    return dataclasses.replace(request, checks=checks)


def load_request(
    directory: str | Path, environ: Mapping[str, str] | None = None, **settings: Any
) -> Request:
    """Read the definition files and `cage.json` of a directory, like `cage rollout` does.

    Args:
        directory: The definition directory.
        environ: The environment: variables of settings and for `${NAME}`; None uses the
            process's.
        settings: Settings that override all others, by their flags' words.

    Raises:
        DefinitionError: The files can't be used; the error lists every problem.
        UsageError: A required setting isn't specified, or a value can't be used.
    """
    require_known(settings, {knob.name for knob in all_knobs()}, "setting")
    call = Invocation(Path(directory), settings, os.environ if environ is None else environ)
    found = load_directory(
        Path(directory),
        call.variables,
        EcsShapes(),
        lookups=lookups_of(call),
        names=call.file_names,
    )
    return call.request(found.service, found.task_definition)


def _at(request: Request, path: str) -> Any:
    value: Any = request
    for name in path.split("."):
        value = getattr(value, name)
    return value


def _with(value: Any, path: list[str], said: Any) -> Any:
    head, *rest = path
    inner = _with(getattr(value, head), rest, said) if rest else said
    return dataclasses.replace(value, **{head: inner})
