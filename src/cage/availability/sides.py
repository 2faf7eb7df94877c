"""The target groups that a service serves behind while its traffic is moved. Pure."""

from __future__ import annotations

_ALL = 100.0


def serving(percent: float | None, old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ARNs of the target groups that receive production traffic.

    While both sides serve, each must hold the floor alone: requests to one side can't reach the
    targets of the other.

    Args:
        percent: The share of the traffic that was moved; None if no traffic is moved.
        old: The target groups before the deployment.
        new: The target groups after the deployment.
    """
    if not percent:
        return old
    return new if percent >= _ALL else tuple(dict.fromkeys((*old, *new)))
