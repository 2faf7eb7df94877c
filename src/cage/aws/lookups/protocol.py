"""What a kind of lookup is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from cage.aws.lookups.reach import Reach
    from cage.definitions import Found


class Reference(Protocol):
    """A reference that is understood, and can be looked up."""

    @classmethod
    def understood(cls, text: str) -> Self:
        """Return the reference in the text, without asking anybody.

        Raises:
            LookupFailedError: The text is no such reference.
        """

    def look_up(self, reach: Reach) -> Found:
        """Return what it stands for.

        Raises:
            LookupFailedError: It can't be had.
        """
