"""Whether the simulator is there: it needs an extra."""

from __future__ import annotations

from importlib.util import find_spec

from cage.model.errors import UsageError


def require_simulator() -> None:
    """Require what the simulator needs.

    Raises:
        UsageError: It isn't installed.
    """
    if find_spec("moto") is None:
        raise UsageError(
            "The simulator isn't installed.", "", "Install it: pip install 'canarycage[local]'"
        )
