"""pytest fixtures: a simulated AWS account for each test.

    def test_my_tool_deploys(ecs_simulator, ecs_endpoint):
        run_my_tool(env={"AWS_ENDPOINT_URL": ecs_endpoint})
        services = ecs_simulator.client("ecs").describe_services(services=["web"])

Markers of the fixtures' names pass arguments on: `@pytest.mark.ecs_simulator(seed=7)` and
`@pytest.mark.ecs_endpoint(time_scale=60)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ecs_simulator import Simulator


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers."""
    for line in (
        "ecs_simulator(seed, region): how the simulated AWS account is made",
        "ecs_endpoint(port, time_scale): how the simulated AWS account is served",
    ):
        config.addinivalue_line("markers", line)


@pytest.fixture
def ecs_simulator(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """A simulated AWS account with Amazon ECS in it, the test's own."""
    from ecs_simulator import Simulator  # noqa: PLC0415  most sessions with the plugin need none

    with Simulator(**_marked(request, "ecs_simulator")) as simulator:
        yield simulator


@pytest.fixture
def ecs_endpoint(request: pytest.FixtureRequest, ecs_simulator: Simulator) -> str:
    """The URL where that account is served on loopback."""
    return ecs_simulator.serve(**_marked(request, "ecs_endpoint"))


def _marked(request: pytest.FixtureRequest, name: str) -> dict[str, Any]:
    """Return the arguments of the closest marker of that name."""
    marker = request.node.get_closest_marker(name)
    return dict(marker.kwargs) if marker else {}
