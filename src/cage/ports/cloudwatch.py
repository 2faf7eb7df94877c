"""The calls to CloudWatch that cage needs: alarms and metrics."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from cage.model.account import Alarm
from cage.model.telemetry import MetricQuery, Series


class CloudWatch(Protocol):
    """The part of Amazon CloudWatch that cage uses."""

    async def alarms(self, names: Sequence[str]) -> dict[str, Alarm]:
        """Return the alarms with these names, of every type. Alarms not found are left out."""

    async def series(
        self, query: MetricQuery, start: datetime, end: datetime
    ) -> tuple[Series, ...]:
        """Return the datapoints of the periods from `start` until before `end`.

        An expression can return several series. If the metric doesn't exist, there are none.

        Raises:
            AwsUnavailableError: CloudWatch returned only a part of it.
            AccessDeniedError: The caller is not allowed to read one of the metrics.
        """
