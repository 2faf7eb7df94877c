"""Which capacity provider a task runs on.

Source: ECS API reference, CapacityProviderStrategyItem: the base first, then by weight.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def choose(strategy: Sequence[dict[str, Any]], running: Iterable[str]) -> str:
    """Return the provider of the next task; empty without a strategy.

    Args:
        strategy: The capacity provider strategy.
        running: The providers of the existing tasks, one entry a task.
    """
    if not strategy:
        return ""
    counts: dict[str, int] = {}
    for name in running:
        counts[name] = counts.get(name, 0) + 1
    for item in strategy:
        name = str(item["capacityProvider"])
        if counts.get(name, 0) < int(item.get("base") or 0):
            return name
    weighed = [i for i in strategy if int(i.get("weight") or 0) > 0] or [
        {**i, "weight": 1} for i in strategy
    ]

    def share(item: dict[str, Any]) -> float:
        beyond = counts.get(str(item["capacityProvider"]), 0) - int(item.get("base") or 0)
        return (max(0, beyond) + 1) / int(item["weight"])

    return str(min(weighed, key=share)["capacityProvider"])
