"""What cage needs of CloudWatch: alarms and metrics."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from cage.model.account import Alarm
from cage.model.telemetry import MetricQuery, Series


class CloudWatch(Protocol):
    """The part of Amazon CloudWatch that cage uses."""

    async def alarms(self, names: Sequence[str]) -> dict[str, Alarm]:
        """Return the alarms of these names, of every type; one that isn't there is left out."""

    async def series(
        self, query: MetricQuery, start: datetime, end: datetime
    ) -> tuple[Series, ...]:
        """Return the datapoints of the periods from `start` until before `end`.

        There are several series where an expression makes several, and none where there is no
        such metric.

        Raises:
            AwsUnavailableError: CloudWatch gave a part of it only.
            AccessDeniedError: You may not read one of the metrics.
        """
