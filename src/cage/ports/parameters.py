"""What cage needs of SSM Parameter Store, which keeps its locks."""

from __future__ import annotations

from typing import Protocol

from cage.model.account import ParameterVersion


class Parameters(Protocol):
    """The part of SSM Parameter Store that cage uses."""

    async def create(self, name: str, value: str) -> int | None:
        """Create a parameter and return its version; None if it is there already."""

    async def append(self, name: str, value: str) -> int:
        """Write one more version of a parameter, whether it is there or not, and return it."""

    async def history(self, name: str) -> tuple[ParameterVersion, ...]:
        """Return the versions that are kept and shown, the oldest first; none if it isn't there."""
