"""Availability Zones: which one a subnet or an instance is in, and where new tasks go.

Source: ECS developer guide, "How Amazon ECS places tasks on container instances": Fargate
spreads a service's tasks over the zones of its subnets. Zones are dealt out in turn to the
subnets and instances of the simulated account.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_LETTERS = "abc"


class Zones:
    """The zones of the Region.

    Attributes:
        down: The zones in which nothing runs, and nothing can be started.
    """

    def __init__(self, region: str) -> None:
        self.names = [f"{region}{letter}" for letter in _LETTERS]
        self.down: set[str] = set()
        self._subnets: dict[str, str] = {}
        self._dealt = 0

    def of_subnet(self, subnet: str) -> str:
        """Return a subnet's zone."""
        if subnet not in self._subnets:
            self._subnets[subnet] = self.names[len(self._subnets) % len(self.names)]
        return self._subnets[subnet]

    def of_next_instance(self) -> str:
        """Return the zone of an instance that joins now."""
        self._dealt += 1
        return self.names[(self._dealt - 1) % len(self.names)]

    def subnet(self, subnets: Sequence[str], running: Iterable[str]) -> str | None:
        """Return the subnet of the next task; None if all their zones are down.

        Args:
            subnets: The subnets in the network configuration; can be empty.
            running: The zones of the existing tasks, one entry a task.
        """
        if not subnets:
            return ""
        counts: dict[str, int] = {}
        for zone in running:
            counts[zone] = counts.get(zone, 0) + 1
        up = [s for s in subnets if self.of_subnet(s) not in self.down]
        return min(up, key=lambda s: counts.get(self.of_subnet(s), 0)) if up else None
