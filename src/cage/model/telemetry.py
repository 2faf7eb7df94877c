"""Logs and metrics as AWS returns them, as frozen dataclasses. Names follow AWS's own."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime


@dataclasses.dataclass(frozen=True, slots=True)
class LogStream:
    """A container's log stream; `region` is None if it is the Region that cage works in."""

    group: str
    name: str
    region: str | None = None

    def __str__(self) -> str:
        return f"log stream {self.name} in {self.group}"


@dataclasses.dataclass(frozen=True, slots=True)
class LogPage:
    """Some lines of a log stream, oldest first. It can be empty although more lines follow.

    Attributes:
        token: Where the next page begins; unchanged if the stream ends here.
    """

    lines: tuple[str, ...]
    token: str


@dataclasses.dataclass(frozen=True, slots=True)
class Metric:
    """A CloudWatch metric and one of its statistics.

    Attributes:
        dimensions: Values by name. CloudWatch needs all of them to find a metric.
        statistic: As CloudWatch writes it: Average, Sum, Maximum, SampleCount, p99, ….
    """

    namespace: str
    name: str
    dimensions: Mapping[str, str] = dataclasses.field(default_factory=dict)
    statistic: str = "Average"

    def __str__(self) -> str:
        return f"{self.statistic} {self.namespace} {self.name}"


@dataclasses.dataclass(frozen=True, slots=True)
class MetricQuery:
    """A query for GetMetricData: one metric, or an expression over several.

    Attributes:
        metrics: The metrics, by their names in the expression.
        expression: Metric math or a Metrics Insights query; empty for a single metric.
        period_s: The length of a period, in seconds.
    """

    metrics: Mapping[str, Metric]
    expression: str
    period_s: int


@dataclasses.dataclass(frozen=True, slots=True)
class Datapoint:
    """The value of one period; `at` is the start of the period."""

    at: datetime
    value: float


@dataclasses.dataclass(frozen=True, slots=True)
class Series:
    """A metric's datapoints, oldest first. Periods without data have none."""

    label: str
    datapoints: tuple[Datapoint, ...]
