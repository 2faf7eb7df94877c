"""The world at an address: any AWS client can be pointed at it."""

from __future__ import annotations

from ecs_simulator.endpoint.server import Endpoint, PortError

__all__ = ["Endpoint", "PortError"]
