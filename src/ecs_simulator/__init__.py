"""A simulated Amazon ECS: a world in virtual time that behaves as ECS and ELB do.

`Simulator` is a simulated AWS account, for tests of any tool that deploys to ECS.
`pytest_plugin` provides it as fixtures. `world` is the control plane, pure and seeded. `api`
gives it AWS's wire protocols, so production code runs on it unchanged, through botocore. `loop`
makes waiting free. Needs the extra `canarycage[local]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ecs_simulator.endpoint import PortError
    from ecs_simulator.simulator import Simulator

__all__ = ["PortError", "Simulator"]


def __getattr__(name: str) -> Any:
    """Load names on first use: pytest imports this package wherever the plugin is installed."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from ecs_simulator import endpoint, simulator  # noqa: PLC0415  as explained above
    except ModuleNotFoundError as error:
        if str(error.name).startswith("ecs_simulator"):
            raise
        raise ImportError(
            f"The simulator isn't installed ({error.name} is missing). "
            "Run: pip install 'canarycage[local]'"
        ) from error
    return getattr(endpoint if name == "PortError" else simulator, name)
