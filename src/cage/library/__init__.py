"""The library: what the Go package `canarycage` offers, in Python."""

from __future__ import annotations

from cage.canary.checks.approve import ApproveSettings
from cage.canary.checks.command import CommandSettings
from cage.canary.checks.http import HttpSettings
from cage.canary.checks.logs import LogsSettings
from cage.canary.checks.metrics import MetricSettings
from cage.library.checks import Checks, load_checks
from cage.library.client import Cage
from cage.library.envars import Envars, ensure_envars, merge_envars
from cage.library.files import load_service_definition, load_task_definition
from cage.runtime.decisions import Decisions

__all__ = [
    "ApproveSettings",
    "Cage",
    "Checks",
    "CommandSettings",
    "Decisions",
    "Envars",
    "HttpSettings",
    "LogsSettings",
    "MetricSettings",
    "ensure_envars",
    "load_checks",
    "load_service_definition",
    "load_task_definition",
    "merge_envars",
]
