"""The calls to SSM Parameter Store, which stores cage's locks."""

from __future__ import annotations

from typing import Protocol

from cage.model.account import ParameterVersion


class Parameters(Protocol):
    """The part of SSM Parameter Store that cage uses."""

    async def create(self, name: str, value: str) -> int | None:
        """Create a parameter and return its version; None if it already exists."""

    async def append(self, name: str, value: str) -> int:
        """Write a new version of a parameter, creating it if needed. Return the version."""

    async def history(self, name: str) -> tuple[ParameterVersion, ...]:
        """Return the versions that are kept and visible, oldest first; none if it doesn't exist."""
