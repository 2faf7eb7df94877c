"""Call quotas: token buckets per category of calls, account and Region.

Source: ECS API reference, "Request throttling for the Amazon ECS API".
"""

from __future__ import annotations

import dataclasses

from cage.simulator.world.things import ApiError

_CATEGORIES: dict[str, tuple[float, float, tuple[str, ...]]] = {
    # category: (burst, sustained calls a second, operations)
    "service reads": (100, 20, ("DescribeServices", "ListServices")),
    "task reads": (
        100,
        20,
        ("DescribeTasks", "ListTasks", "DescribeContainerInstances", "ListContainerInstances"),
    ),
    "task changes": (100, 40, ("RunTask", "StartTask", "StopTask")),
    "service changes": (50, 5, ("CreateService", "UpdateService", "DeleteService")),
    "definition changes": (20, 1, ("RegisterTaskDefinition", "DeregisterTaskDefinition")),
    "definition reads": (50, 20, ("DescribeTaskDefinition",)),
}


@dataclasses.dataclass(slots=True)
class _Bucket:
    burst: float
    rate: float
    tokens: float
    filled_s: float = 0.0


class Quotas:
    """The account's call quotas. Operations without a known quota are never throttled."""

    def __init__(self) -> None:
        self._buckets: dict[str, _Bucket] = {}
        for burst, rate, operations in _CATEGORIES.values():
            bucket = _Bucket(burst, rate, burst)
            self._buckets.update(dict.fromkeys(operations, bucket))

    def take(self, operation: str, now_s: float) -> None:
        """Count a call, or answer as AWS does past the quota."""
        bucket = self._buckets.get(operation)
        if bucket is None:
            return
        bucket.tokens = min(bucket.burst, bucket.tokens + (now_s - bucket.filled_s) * bucket.rate)
        bucket.filled_s = now_s
        if bucket.tokens < 1:
            raise ApiError("ThrottlingException", "Rate exceeded")
        bucket.tokens -= 1
