"""How task definitions are shown."""

from __future__ import annotations

from typing import Any

from ecs_simulator.world.task_entities import SimRevision


def revision(revision: SimRevision) -> dict[str, Any]:
    """Return a revision as the API shows it."""
    return dict(revision.raw)
