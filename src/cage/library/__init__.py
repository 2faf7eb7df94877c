"""The library: what the Go package `canarycage` offers, in Python."""

from __future__ import annotations

from cage.library.checks import Checks, load_checks
from cage.library.client import Cage
from cage.library.envars import Envars, ensure_envars, merge_envars
from cage.library.files import load_service_definition, load_task_definition

__all__ = [
    "Cage",
    "Checks",
    "Envars",
    "ensure_envars",
    "load_checks",
    "load_service_definition",
    "load_task_definition",
    "merge_envars",
]
