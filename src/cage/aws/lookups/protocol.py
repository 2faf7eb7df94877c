"""The interface of a kind of lookup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from cage.aws.lookups.reach import Reach
    from cage.definitions import Found


class Reference(Protocol):
    """A parsed reference, ready to be looked up."""

    @classmethod
    def understood(cls, text: str) -> Self:
        """Return the reference in the text, without making any calls.

        Raises:
            LookupFailedError: The text is not a reference of this kind.
        """

    def look_up(self, reach: Reach) -> Found:
        """Return the referenced value.

        Raises:
            LookupFailedError: The value can't be retrieved.
        """
