"""The check of a CloudWatch metric, and the judgment of its datapoints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from cage.checks.requested import placeholders
from cage.checks.requested.metrics import SETTLED_S, MetricSettings
from cage.checks.subject import Subject
from cage.model.errors import AwsError, AwsUnavailableError
from cage.model.outcome import Failed, Inconclusive, Observation, Passed, Waiting
from cage.model.revisions import Revision
from cage.model.services import Service
from cage.model.telemetry import Series
from cage.ports.cloudwatch import CloudWatch
from cage.runtime import clock

_READ_IT = "Allow cloudwatch:GetMetricData, and check the metric with aws cloudwatch."


def judge(settings: MetricSettings, found: Sequence[Series]) -> Failed | Passed | Waiting:
    """Judge the datapoints of completed periods.

    A datapoint out of bounds fails immediately. To pass, every series needs enough datapoints.
    """
    bound = f"{settings.comparison} {settings.threshold:g}"
    for series in found:
        for point in series.datapoints:
            if not settings.holds(point.value):
                label = f" ({series.label})" if len(found) > 1 else ""
                return Failed(
                    "MetricOutOfBounds",
                    f"{settings.name}{label} was {point.value:g} at {point.at:%H:%M:%S} UTC; "
                    f"it must be {bound}",
                    "Check the metric, and the application's log at that time.",
                )
    fewest = min((len(series.datapoints) for series in found), default=0)
    if fewest < settings.datapoints:
        return Waiting(f"{settings.name} has {fewest} of {settings.datapoints} datapoints")
    return Passed(f"{settings.name} was {bound} in {fewest} periods of {settings.period_s} s")


class MetricCheck:
    """Every datapoint since the canary started serving is within bounds, and enough exist.

    A period counts only once it has ended and its data can have arrived.
    """

    name = "metrics"
    holds = True
    reads_task = False
    late_remedy = _READ_IT

    def __init__(self, settings: MetricSettings, cloudwatch: CloudWatch, region: str) -> None:
        self.settings = settings
        self.cloudwatch = cloudwatch
        self.region = region
        self._began = 0.0
        self._due_s = 0.0
        self._since: datetime | None = None
        self._until: datetime | None = None
        self._last: Passed | None = None

    @property
    def waits_for(self) -> str:
        """Describe what the check is waiting for."""
        settings = self.settings
        return f"{settings.datapoints} datapoints of {settings.name}"

    @property
    def timeout_s(self) -> float:
        """How long to wait for datapoints, plus time in which AWS might not answer."""
        return self.settings.longest_s

    def applies_to(self, service: Service, revision: Revision) -> bool:  # noqa: ARG002
        """Return True: a requested check always applies."""
        return True

    async def observe(self, subject: Subject) -> Observation:
        """Query every datapoint since the canary started serving, unless none can be new."""
        now, period_s = clock.now(), self.settings.period_s
        if self._since is None:
            # Several metrics cover the same time, so the waits aren't sequential.
            self._began = clock.monotonic()
            self._since = _period(subject.measured_since, period_s, up=True)
            self._due_s = (self._since - now).total_seconds() + self.settings.due_s
        until = _period(now, period_s, less_s=SETTLED_S)
        if self._last is not None and until == self._until:
            return self._last
        if until <= self._since:
            return self._waiting(f"no datapoint of {self.settings.name} is complete yet")
        try:
            query = self.settings.query(placeholders.values(subject, self.region))
            found = await self.cloudwatch.series(query, self._since, until)
        except AwsUnavailableError:
            raise
        except AwsError as error:
            message = f"{self.settings.name} can't be read: {error.what} {error.why}".strip()
            return Inconclusive("MetricUnreadable", message, error.next_step)
        said = judge(self.settings, found)
        if isinstance(said, Waiting):
            return self._waiting(said.message)
        self._until, self._last = until, said if isinstance(said, Passed) else None
        return said

    def _waiting(self, message: str) -> Waiting | Inconclusive:
        waited_s = clock.monotonic() - self._began
        if waited_s >= self.settings.patience_s:
            return Inconclusive(
                "TooLittleData",
                f"after {waited_s:.0f} s {message}",
                "Check namespace, dimensions and period; a metric without traffic has no data.",
            )
        return Waiting(message, self._due_s)


def _period(at: datetime, period_s: int, *, up: bool = False, less_s: float = 0.0) -> datetime:
    """Return the start of the period that contains a moment, or (`up`) of the next period."""
    seconds = at.timestamp() - less_s
    whole = seconds // period_s * period_s
    return datetime.fromtimestamp(whole + (period_s if up and whole < seconds else 0), UTC)
