"""Does a CloudWatch metric of the canary, or of the service, keep within bounds?"""

from __future__ import annotations

import dataclasses
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from cage.canary.checks import placeholders
from cage.canary.checks.protocol import Means, Questions
from cage.canary.checks.told import Told
from cage.canary.task import Canary
from cage.model.base import Shape
from cage.model.errors import AwsError, AwsUnavailableError, RefusedError, UsageError
from cage.model.outcome import Failed, Inconclusive, Observation, Passed, Waiting
from cage.model.revisions import Revision
from cage.model.services import Service
from cage.model.telemetry import Metric, MetricQuery, Series
from cage.ports.cloudwatch import CloudWatch
from cage.runtime import clock

SETTLED_S = 120.0
"""How old a period must be before its datapoint counts. ELB's of the last minute are still
changing (Netflix/atlas, pull request 1300); AWS names no bound for any metric."""

COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

_PATIENCE_S = 180.0
_MARGIN_S = 60.0
_PERIODS = (1, 5, 10, 20, 30)
_MINUTE = 60
_READ_IT = "Have cloudwatch:GetMetricData allowed, and check the metric with aws cloudwatch."
_ALONE = "value"


@dataclasses.dataclass(frozen=True, slots=True)
class MetricSettings:
    """A metric, or an expression over some, and what each of its datapoints must be.

    Attributes:
        comparison: `<`, `<=`, `>` or `>=`.
        metrics: By the name that the expression calls them; without one, a single metric.
            Dimensions may hold placeholders, as `{task_id}`; see `placeholders.NAMES`.
        expression: Metric math, or a Metrics Insights query; placeholders are filled in too.
        datapoints: How many periods must have one.
        period_s: 1, 5, 10, 20, 30, or a multiple of 60.
        timeout_s: How long they are waited for; None: until they should be there, and 3 min.

    Raises:
        UsageError: Something can't be used.
    """

    comparison: str
    threshold: float
    metrics: Mapping[str, Metric] = dataclasses.field(default_factory=dict)
    expression: str = ""
    datapoints: int = 3
    period_s: int = 60
    timeout_s: float | None = None

    def __post_init__(self) -> None:
        wrong = _wrong(self)
        if wrong is not None:
            raise UsageError(f"A metrics check {wrong}.", "", "The README tells what it may say.")

    @property
    def name(self) -> str:
        """What messages call it: the expression, or the one metric."""
        return self.expression or " ".join(str(metric) for metric in self.metrics.values())

    @property
    def due_s(self) -> float:
        """How long after the beginning of a period enough datapoints are there, if all come."""
        return self.datapoints * self.period_s + SETTLED_S

    @property
    def patience_s(self) -> float:
        """How long enough datapoints are waited for."""
        otherwise = self.period_s + self.due_s + _PATIENCE_S
        return otherwise if self.timeout_s is None else self.timeout_s

    @property
    def longest_s(self) -> float:
        """How long it may take."""
        return self.patience_s + _MARGIN_S

    def misfit(self, service: Service, definition: Shape) -> RefusedError | None:  # noqa: ARG002
        """Return why its placeholders can't be filled in; None if they can."""
        texts = [
            self.expression,
            *(v for m in self.metrics.values() for v in m.dimensions.values()),
        ]
        used = {name for text in texts for name in placeholders.named(text)}
        if placeholders.TARGET_GROUP in used and not service.load_balancers:
            return RefusedError(
                "The metrics check asks for {target_group}, and the service has none.",
                f"It is about {self.name}.",
                "Leave that dimension out of cage.json's checks.metrics.",
            )
        return None

    def questions(self, means: Means) -> Questions:
        """Return the check: of a canary that serves."""
        return Questions(serving=(MetricCheck(self, means.cloudwatch, means.region),))

    def query(self, known: Mapping[str, str]) -> MetricQuery:
        """Return what is asked of CloudWatch, with the placeholders filled in."""
        metrics = {
            name: dataclasses.replace(
                metric,
                dimensions={
                    key: placeholders.filled(value, known)
                    for key, value in metric.dimensions.items()
                },
            )
            for name, metric in self.metrics.items()
        }
        return MetricQuery(metrics, placeholders.filled(self.expression, known), self.period_s)

    def holds(self, value: float) -> bool:
        """Tell whether a datapoint is as it must be."""
        return COMPARISONS[self.comparison](value, self.threshold)


def _wrong(settings: MetricSettings) -> str | None:
    """Return what of the settings can't be used; None if all can."""
    if settings.comparison not in COMPARISONS:
        return f"has comparison {settings.comparison!r}, not one of {' '.join(COMPARISONS)}"
    if not settings.expression and len(settings.metrics) != 1:
        return f"has no expression, and {len(settings.metrics)} metrics instead of one"
    for name, metric in settings.metrics.items():
        if not re.fullmatch(r"[a-z][A-Za-z0-9_]*", name):
            return f"calls a metric {name!r}, which doesn't begin with a lower-case letter"
        if not metric.namespace or not metric.name:
            return "has a metric without namespace or name"
        for value in metric.dimensions.values():
            unknown = sorted(set(placeholders.named(value)) - set(placeholders.NAMES))
            if unknown:
                known = ", ".join(placeholders.NAMES)
                return f"has a placeholder {{{unknown[0]}}}, and there are: {known}"
    if settings.period_s not in _PERIODS and (settings.period_s < 1 or settings.period_s % _MINUTE):
        return f"has period {settings.period_s}, neither 1, 5, 10, 20, 30 nor a multiple of 60"
    if settings.datapoints < 1:
        return "asks for no datapoint"
    return None


def metric_settings(told: Told) -> MetricSettings:
    """Read an entry of `checks.metrics`.

    Raises:
        UsageError: A value can't be used; the message names its place.
    """
    said = told.said
    if said.get("expression"):
        several = told.inside("metrics")
        metrics = {name: _metric(several.inside(name)) for name in several.said}
    else:
        metrics = {_ALONE: _metric(told)}
    threshold = told.number("threshold", None, float("-inf"), float("inf"))
    if threshold is None:
        raise told.wrong("threshold", "is missing", "Write a number.")
    datapoints = told.whole("datapoints", 3, 1, 100) or 3
    period_s = told.whole("period", 60, 1, 86400) or 60
    timeout_s = told.number("timeout", None, 1, 86400)
    try:
        return MetricSettings(
            comparison=str(said.get("comparison") or ""),
            threshold=threshold,
            metrics=metrics,
            expression=str(said.get("expression") or ""),
            datapoints=datapoints,
            period_s=period_s,
            timeout_s=timeout_s,
        )
    except UsageError as error:
        what = error.what.removeprefix("A metrics check ")
        raise UsageError(f"{told.place} {what}", "", error.next_step) from None


def _metric(told: Told) -> Metric:
    dimensions = told.said.get("dimensions") or {}
    return Metric(
        namespace=told.text("namespace", "", r"[^\s:][^\s]*", "a namespace like AWS/ECS"),
        name=told.text("metric", "", r"\S(.*\S)?", "a metric's name"),
        dimensions={str(key): str(value) for key, value in dimensions.items()},
        statistic=told.text("statistic", "Average", r"[A-Za-z]\S*", "a statistic like Sum or p99"),
    )


def judge(settings: MetricSettings, found: Sequence[Series]) -> Failed | Passed | Waiting:
    """Judge the datapoints of the periods that are over.

    One that isn't as it must be fails at once; a pass needs enough of them in every series.
    """
    bound = f"{settings.comparison} {settings.threshold:g}"
    for series in found:
        for point in series.datapoints:
            if not settings.holds(point.value):
                label = f" ({series.label})" if len(found) > 1 else ""
                return Failed(
                    "MetricOutOfBounds",
                    f"{settings.name}{label} was {point.value:g} at {point.at:%H:%M:%S} UTC, "
                    f"and must be {bound}",
                    "Look at the metric, and at the application's log of that time.",
                )
    fewest = min((len(series.datapoints) for series in found), default=0)
    if fewest < settings.datapoints:
        return Waiting(f"{settings.name} has {fewest} of {settings.datapoints} datapoints")
    return Passed(f"{settings.name} was {bound} in {fewest} periods of {settings.period_s} s")


@dataclasses.dataclass(slots=True)
class MetricCheck:
    """Every datapoint since the canary serves is within bounds, and there are enough of them.

    A period counts only once it is over and its data can have arrived.
    """

    settings: MetricSettings
    cloudwatch: CloudWatch
    region: str
    name: str = "metrics"
    holds: bool = True
    reads_task: bool = False
    late_remedy: str = _READ_IT
    _began: float = 0.0
    _due_s: float = 0.0
    _since: datetime | None = None
    _until: datetime | None = None
    _last: Passed | None = None

    @property
    def waits_for(self) -> str:
        """What is waited for."""
        settings = self.settings
        return f"{settings.datapoints} datapoints of {settings.name}"

    @property
    def timeout_s(self) -> float:
        """How long datapoints are waited for, and some in which AWS may not answer."""
        return self.settings.longest_s

    def applies_to(self, service: Service, revision: Revision) -> bool:  # noqa: ARG002
        """It was asked for, so it applies."""
        return True

    async def observe(self, canary: Canary) -> Observation:
        """Ask for every datapoint since the canary serves, unless there can be no new one."""
        now, period_s = clock.now(), self.settings.period_s
        if self._since is None:
            # Several metrics are about the same time: they aren't waited for in turn.
            canary.measured_since = canary.measured_since or now
            self._began = clock.monotonic()
            self._since = _period(canary.measured_since, period_s, up=True)
            self._due_s = (self._since - now).total_seconds() + self.settings.due_s
        until = _period(now, period_s, less_s=SETTLED_S)
        if self._last is not None and until == self._until:
            return self._last
        if until <= self._since:
            return self._waiting(f"no datapoint of {self.settings.name} is settled yet")
        try:
            query = self.settings.query(placeholders.values(canary, self.region))
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
    """Return the beginning of the period that a moment is in, or (`up`) of the next one."""
    seconds = at.timestamp() - less_s
    whole = seconds // period_s * period_s
    return datetime.fromtimestamp(whole + (period_s if up and whole < seconds else 0), UTC)
