"""The library: the features of the Go package `canarycage`, in Python."""

from __future__ import annotations

from cage.checks.approve import ApproveSettings
from cage.checks.requested.command import CommandSettings
from cage.checks.requested.http import HttpSettings
from cage.checks.requested.logs import LogsSettings
from cage.checks.requested.metrics import MetricSettings
from cage.library.checks import Checks, load_checks
from cage.library.client import Cage
from cage.library.envars import Envars, ensure_envars, merge_envars
from cage.library.files import load_service_definition, load_task_definition
from cage.library.settings import load_request
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
    "load_request",
    "load_service_definition",
    "load_task_definition",
    "merge_envars",
]
