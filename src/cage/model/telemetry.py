"""What AWS tells of logs and metrics, as frozen dataclasses. Names follow AWS's own."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime


@dataclasses.dataclass(frozen=True, slots=True)
class LogStream:
    """A container's log stream; `region` is None where it is the Region that cage works in."""

    group: str
    name: str
    region: str | None = None

    def __str__(self) -> str:
        return f"log stream {self.name} in {self.group}"


@dataclasses.dataclass(frozen=True, slots=True)
class LogPage:
    """Some lines of a log stream, in the order of time; there may be none although more follow.

    Attributes:
        token: Where the next page begins; the one that was given where the stream ends now.
    """

    lines: tuple[str, ...]
    token: str


@dataclasses.dataclass(frozen=True, slots=True)
class Metric:
    """A CloudWatch metric, and which statistic of it.

    Attributes:
        dimensions: Values by name; CloudWatch finds a metric by all of them.
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
    """What is asked of GetMetricData: one metric, or an expression over several.

    Attributes:
        metrics: By the name that the expression calls them.
        expression: Metric math or a Metrics Insights query; empty for the one metric itself.
        period_s: The length of a period, in seconds.
    """

    metrics: Mapping[str, Metric]
    expression: str
    period_s: int


@dataclasses.dataclass(frozen=True, slots=True)
class Datapoint:
    """The value of one period; `at` is when the period began."""

    at: datetime
    value: float


@dataclasses.dataclass(frozen=True, slots=True)
class Series:
    """A metric's datapoints in the order of time; periods without data have none."""

    label: str
    datapoints: tuple[Datapoint, ...]
