"""The world at an address: any AWS client can be pointed at it."""

from __future__ import annotations

from cage.simulator.endpoint.server import Endpoint

__all__ = ["Endpoint"]
