"""Behind which target groups a service serves, while its traffic is moved. Pure."""

from __future__ import annotations

_ALL = 100.0


def serving(percent: float | None, old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    """Return the target groups that production traffic comes by, by ARN.

    Each side is to hold the floor by itself while both serve: the requests that come by one
    find no target of the other.

    Args:
        percent: The share of the traffic that has been moved; None where none is.
        old: The target groups before the deployment.
        new: Those after it.
    """
    if not percent:
        return old
    return new if percent >= _ALL else tuple(dict.fromkeys((*old, *new)))
