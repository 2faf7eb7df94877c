"""The calls about listeners and their rules that cage needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cage.model.targets import Forward


class Listeners(Protocol):
    """Listeners and listener rules, of load balancers and of VPC Lattice."""

    async def forwards(self, arns: Sequence[str]) -> dict[str, Forward]:
        """Return where these rules and listeners forward to, by ARN, in the order requested.

        Raises:
            NotFoundError: One of them was not found.
        """
