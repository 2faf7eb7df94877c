"""Whether the simulator is installed: it needs an extra."""

from __future__ import annotations

from importlib.util import find_spec

from cage.model.errors import UsageError


def require_simulator() -> None:
    """Require that the simulator's dependencies are installed.

    Raises:
        UsageError: The extra is not installed.
    """
    if find_spec("moto") is None:
        raise UsageError(
            "The simulator isn't installed.", "", "Install it: pip install 'canarycage[local]'"
        )
