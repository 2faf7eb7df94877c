"""The Regions of an account: each has resources of its own.

Source: AWS General Reference, "Regional endpoints": resources in one Region don't exist in another.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecs_simulator.api import Api
from ecs_simulator.world import World


class Regions:
    """The worlds of one account by Region. A Region is created when it is first called.

    Args:
        api: The API of the account's own Region. The others keep its time and its turn.
    """

    def __init__(self, api: Api) -> None:
        self._own = api
        self._apis = {api.world.region: api}

    def __iter__(self) -> Iterator[Api]:
        return iter(tuple(self._apis.values()))

    def api(self, region: str) -> Api:
        """Return the API of a Region."""
        return self._apis.get(region) or self._created(region)

    def _created(self, region: str) -> Api:
        own, world = self._own, World(self._own.world.engine.seed, region)
        world.run_until(own.world.now)
        made = self._apis[region] = Api(world, own.moto)
        made.turn, made.clock, made.time, made.check = own.turn, own.clock, own.time, own.check
        return made
