"""What exists in a rehearsal for the checks that are requested: all of it passes."""

from __future__ import annotations

from cage.checks.requests import kinds
from cage.rehearsal.stage import Stage


def furnish(stage: Stage) -> None:
    """Let each check that is requested find what it needs to pass."""
    for kind in kinds():
        for settings in stage.checks.by_kind.get(kind.name, ()):
            kind.rehearse(settings, stage)
