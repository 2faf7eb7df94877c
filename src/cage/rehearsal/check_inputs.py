"""Inputs in a rehearsal for the requested checks: all of them pass."""

from __future__ import annotations

from cage.checks.requests import kinds
from cage.rehearsal.stage import Stage


def furnish(stage: Stage) -> None:
    """Give each requested check the input that it needs to pass."""
    for kind in kinds():
        for settings in stage.checks.by_kind.get(kind.name, ()):
            kind.rehearse(settings, stage)
