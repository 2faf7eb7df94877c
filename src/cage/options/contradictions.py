"""Settings of one request that can't go together. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.checks.requests import kinds
from cage.model.errors import UsageError

if TYPE_CHECKING:
    from cage.options.request import Request


def contradiction(request: Request) -> UsageError | None:
    """Return which settings of a request contradict each other; None if none do."""
    needed = canary_checks(request) if request.no_canary else ()
    if not needed:
        return None
    names = ", ".join(needed)
    return UsageError(
        f"{names} and --no-canary can't go together.",
        f"--no-canary starts no canary task that {names} could check.",
        f"Leave out --no-canary, or {names}: as a flag, as a variable and in cage.json. "
        "--alarm and --bake-after need no canary.",
    )


def canary_checks(request: Request) -> tuple[str, ...]:
    """Return the flags of what a request asks of the canary task."""
    checks = request.checks
    found = [
        (kind.flags[0] if kind.flags else kind.knob).flag
        for kind in kinds()
        if kind.of_task and checks.by_kind.get(kind.name)
    ]
    found += ["--approve"] if checks.approve else []
    found += ["--bake"] if request.timeouts.bake_s else []
    return tuple(found)
