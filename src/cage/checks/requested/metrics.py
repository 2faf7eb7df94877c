"""Does a CloudWatch metric of the canary, or of the service, stay within bounds?"""

from __future__ import annotations

import dataclasses
import operator
import re
import shlex
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cage.checks.protocol import MARGIN_S, Backdrop, Means, Questions, RequestedCheck
from cage.checks.requested import placeholders
from cage.knobs.kinds import Many, Number, Table, Text, UnfitError, seconds, whole, words_of
from cage.knobs.knob import Entry, Knob, key
from cage.model.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from cage.model.base import Shape
    from cage.model.services import Service
    from cage.model.telemetry import Metric, MetricQuery

SETTLED_S = 120.0
"""Minimum age of a period before its datapoint counts. ELB's datapoints of the last minute still
change (Netflix/atlas, pull request 1300). AWS doesn't document a bound for any metric."""

COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

_PATIENCE_S = 180.0
_PERIODS = (1, 5, 10, 20, 30)
_MINUTE = 60
_ALONE = "value"
_FEWEST_WORDS = 5
_EXAMPLE = "'Average AWS/ECS CPUUtilization ClusterName={cluster} ServiceName={service} < 80'"


@dataclasses.dataclass(frozen=True, slots=True)
class MetricSettings:
    """A metric, or an expression over several, and the bound for each of its datapoints.

    Attributes:
        comparison: `<`, `<=`, `>` or `>=`.
        metrics: By the name that the expression uses; without an expression, a single metric.
            Dimensions can contain placeholders like `{task_id}`; see `placeholders.NAMES`.
        expression: Metric math, or a Metrics Insights query; can contain placeholders too.
        datapoints: How many periods must have a datapoint.
        period_s: 1, 5, 10, 20, 30, or a multiple of 60.
        timeout_s: Seconds to wait for datapoints. None: until they should exist, plus 3 min.

    Raises:
        UsageError: A setting can't be used.
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
            raise _unusable(wrong)

    @property
    def name(self) -> str:
        """The name in messages: the expression, or the single metric."""
        return self.expression or " ".join(str(metric) for metric in self.metrics.values())

    @property
    def due_s(self) -> float:
        """Time from the start of a period until enough datapoints exist, if all arrive."""
        return self.datapoints * self.period_s + SETTLED_S

    @property
    def patience_s(self) -> float:
        """How long the check waits for enough datapoints."""
        otherwise = self.period_s + self.due_s + _PATIENCE_S
        return otherwise if self.timeout_s is None else self.timeout_s

    @property
    def longest_s(self) -> float:
        """The longest time that the check can take."""
        return self.patience_s + MARGIN_S

    def misfit(self, service: Service, definition: Shape) -> RefusedError | None:  # noqa: ARG002
        """Return why its placeholders can't be filled in; None if they can."""
        texts = [
            self.expression,
            *(v for m in self.metrics.values() for v in m.dimensions.values()),
        ]
        used = {name for text in texts for name in placeholders.named(text)}
        if placeholders.TARGET_GROUP in used and not service.load_balancers:
            return RefusedError(
                "The metrics check uses {target_group}, but the service has no target group.",
                f"The metric is {self.name}.",
                "Remove that dimension from cage.json's checks.metrics.",
            )
        return None

    def questions(self, means: Means) -> Questions:
        """Return the check, for a canary that serves."""
        from cage.checks.metric_check import MetricCheck

        return Questions(serving=(MetricCheck(self, means.cloudwatch, means.region),))

    def query(self, known: Mapping[str, str]) -> MetricQuery:
        """Return the CloudWatch query, with the placeholders filled in."""
        from cage.model.telemetry import MetricQuery

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
        """Return whether a datapoint is within the bound."""
        return COMPARISONS[self.comparison](value, self.threshold)


def _unusable(wrong: str) -> UsageError:
    what, then = f"A metrics check {wrong}.", "Run cage schema cage to see its keys."
    return UsageError(what, "", then)


def _wrong(settings: MetricSettings) -> str | None:
    """Return which of the settings can't be used; None if all can."""
    if settings.comparison not in COMPARISONS:
        return f"has comparison {settings.comparison!r}, not one of {' '.join(COMPARISONS)}"
    if not settings.expression and len(settings.metrics) != 1:
        return f"has no expression and {len(settings.metrics)} metrics; it needs one"
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
        return f"has period {settings.period_s}, not 1, 5, 10, 20, 30 or a multiple of 60"
    if settings.datapoints < 1:
        return "requires no datapoints"
    return None


def _namespace(**more: Any) -> Any:
    kind = Text(form=r"[^\s:][^\s]*", example="a namespace like AWS/ECS")
    return key(kind, "The metric's namespace, such as AWS/ECS.", **more)


def _name(**more: Any) -> Any:
    return key(Text(form=r"\S(.*\S)?", example="a metric's name"), "The metric's name.", **more)


def _dimensions() -> Any:
    return key(
        Table(Text()),
        "The metric's dimensions, all of them. Values can contain {task_id}, {task_arn}, "
        "{service}, {cluster}, {family}, {revision}, {region} and {target_group}.",
        default_factory=dict,
    )


def _statistic() -> Any:
    kind = Text(form=r"[A-Za-z]\S*", example="a statistic like Sum or p99")
    return key(kind, "The statistic, in CloudWatch's notation.", default="Average")


@dataclasses.dataclass(frozen=True, slots=True)
class _Metric:
    """A metric."""

    namespace: str = _namespace()
    metric: str = _name()
    dimensions: Mapping[str, str] = _dimensions()
    statistic: str = _statistic()

    def made(self) -> Metric:
        from cage.model.telemetry import Metric

        return Metric(self.namespace, self.metric, self.dimensions, self.statistic)


@dataclasses.dataclass(frozen=True, slots=True)
class _Entry:
    """A CloudWatch metric, or an expression over several, and the bound for each datapoint."""

    comparison: str = key(
        Text(words=tuple(COMPARISONS)), "How every datapoint must compare with the threshold."
    )
    threshold: float = key(Number(float("-inf")), "The threshold.")
    namespace: str = _namespace(default="")
    metric: str = _name(default="")
    dimensions: Mapping[str, str] = _dimensions()
    statistic: str = _statistic()
    expression: str = key(
        Text(), "Metric math over `metrics`, or a Metrics Insights query.", default=""
    )
    metrics: Mapping[str, Metric] = key(
        Table(Entry(_Metric, "Metric", then=_Metric.made)),
        "The metrics of the expression, by the names that it uses.",
        default_factory=dict,
    )
    datapoints: int = key(whole(1, 100), "How many periods must have a datapoint.", default=3)
    period_s: int = key(whole(1, 86400), "The period's length in seconds.", default=60)
    timeout_s: float | None = key(
        seconds(1, 86400),
        "Seconds to wait for datapoints.",
        usual="until they are due, plus 180",
        default=None,
    )

    def made(self) -> MetricSettings:
        if self.metrics and not self.expression:
            raise _unusable("has `metrics` but no `expression`")
        single = _Metric(self.namespace, self.metric, self.dimensions, self.statistic)
        return MetricSettings(
            comparison=self.comparison,
            threshold=self.threshold,
            metrics=self.metrics if self.expression else {_ALONE: single.made()},
            expression=self.expression,
            datapoints=self.datapoints,
            period_s=self.period_s,
            timeout_s=self.timeout_s,
        )


def _from_flag(text: str) -> dict[str, Any]:
    """Read `STATISTIC NAMESPACE METRIC [NAME=VALUE ...] COMPARISON THRESHOLD`."""
    words = words_of(text)
    dimensions = [word.partition("=") for word in words[3:-2]]
    try:
        threshold = float(words[-1]) if len(words) >= _FEWEST_WORDS else None
    except ValueError:
        threshold = None
    if threshold is None or not all(name and value for name, _, value in dimensions):
        raise UnfitError(f"can't be read: {text!r}", f"Write it like {_EXAMPLE}")
    return {
        "statistic": words[0],
        "namespace": words[1],
        "metric": words[2],
        "dimensions": {name: value for name, _, value in dimensions},
        "comparison": words[-2],
        "threshold": threshold,
    }


def _flag_of(settings: MetricSettings) -> str | None:
    """Return the flag's text, if a flag can express all settings."""
    if settings.expression:
        return None
    (metric,) = settings.metrics.values()
    plain = MetricSettings(settings.comparison, settings.threshold, settings.metrics)
    if settings != plain:
        return None
    dimensions = [f"{name}={value}" for name, value in metric.dimensions.items()]
    bound = [settings.comparison, repr(settings.threshold)]
    return shlex.join([metric.statistic, metric.namespace, metric.name, *dimensions, *bound])


def _within(settings: MetricSettings, backdrop: Backdrop) -> None:
    backdrop.metric(pattern_of(settings), passing(settings))


def passing(settings: MetricSettings) -> float:
    """Return a value that is within the bound."""
    return _away(settings, -1.0)


def failing(settings: MetricSettings) -> float:
    """Return a value that is not within the bound."""
    return _away(settings, 1.0)


def _away(settings: MetricSettings, towards: float) -> float:
    sign = towards if settings.comparison.startswith("<") else -towards
    return settings.threshold + sign * (abs(settings.threshold) / 2 or 1.0)


def pattern_of(settings: MetricSettings) -> str:
    """Return a regular expression of the query, with any value for each placeholder."""
    text = settings.expression
    if not text:
        (metric,) = settings.metrics.values()
        text = " ".join([str(metric), *sorted(f"{k}={v}" for k, v in metric.dimensions.items())])
    pattern = re.escape(text)
    for name in placeholders.NAMES:
        pattern = pattern.replace(re.escape(f"{{{name}}}"), ".*")
    return pattern


CHECK = RequestedCheck(
    name="metrics",
    order=40,
    rehearse=_within,
    knob=Knob(
        "--metric",
        Many(
            Entry(
                _Entry,
                "MetricsCheck",
                read=_from_flag,
                write=_flag_of,
                then=_Entry.made,
                metavar="METRIC",
            )
        ),
        f"CloudWatch metric and its bound, like {_EXAMPLE}.",
        name="metrics",
        key="checks.metrics",
        variables=(),
        default=(),
        heading="Checks",
    ),
)
