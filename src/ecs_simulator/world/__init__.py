"""The control plane of the simulated ECS: pure, seeded, discrete events; no I/O."""

from ecs_simulator.world.errors import ApiError
from ecs_simulator.world.world import World

__all__ = ["ApiError", "World"]
