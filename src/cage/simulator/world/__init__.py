"""The control plane of the simulated ECS: pure, seeded, discrete events; no I/O."""

from cage.simulator.world.things import ApiError
from cage.simulator.world.world import World

__all__ = ["ApiError", "World"]
