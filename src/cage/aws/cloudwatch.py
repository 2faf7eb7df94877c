"""CloudWatch over botocore."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from cage.aws.calls import Caller
from cage.model.account import Alarm
from cage.model.errors import AccessDeniedError, AwsUnavailableError
from cage.model.telemetry import Datapoint, Metric, MetricQuery, Series

_AT_ONCE = 100
_TYPES = ("MetricAlarm", "CompositeAlarm", "LogAlarm")
"""Without them, only metric alarms are returned (CloudWatch API reference, DescribeAlarms)."""

_RESULT = "cageResult"
"""The ID that cage gives the expression; a metric with the same ID causes a CloudWatch error."""


class BotoCloudWatch:
    """Implements `cage.ports.cloudwatch.CloudWatch`.

    Args:
        client: Creates the client on first use: most rollouts check no alarm.
        caller: Makes the calls.
    """

    def __init__(self, client: Callable[[], Any], caller: Caller) -> None:
        self._client = client
        self._call = caller

    async def alarms(self, names: Sequence[str]) -> dict[str, Alarm]:
        found: dict[str, Alarm] = {}
        for first in range(0, len(names), _AT_ONCE):
            answer = await self._call.read(
                self._client(),
                "describe_alarms",
                AlarmNames=list(names[first : first + _AT_ONCE]),
                AlarmTypes=list(_TYPES),
                MaxRecords=_AT_ONCE,
            )
            for kind in _TYPES:
                for raw in answer.get(f"{kind}s") or []:
                    name = str(raw["AlarmName"])
                    reason = str(raw.get("StateReason") or "")
                    found[name] = Alarm(name, str(raw.get("StateValue") or ""), reason)
        return found

    async def series(
        self, query: MetricQuery, start: datetime, end: datetime
    ) -> tuple[Series, ...]:
        pages: list[dict[str, Any]] = []
        more: dict[str, str] | None = {}
        while more is not None:
            answer = await self._call.read(
                self._client(),
                "get_metric_data",
                MetricDataQueries=_queries(query),
                StartTime=start,
                EndTime=end,
                ScanBy="TimestampAscending",
                **more,
            )
            pages += answer.get("MetricDataResults") or []
            token = answer.get("NextToken")
            more = {"NextToken": str(token)} if token else None
        return _joined(pages)


def _queries(query: MetricQuery) -> list[dict[str, Any]]:
    found = [
        {
            "Id": name,
            "MetricStat": _stat(metric, query.period_s),
            "ReturnData": not query.expression,
        }
        for name, metric in query.metrics.items()
    ]
    if query.expression:
        expression = {"Id": _RESULT, "Expression": query.expression, "Period": query.period_s}
        found.append({**expression, "ReturnData": True})
    return found


def _stat(metric: Metric, period_s: int) -> dict[str, Any]:
    dimensions = [{"Name": n, "Value": v} for n, v in metric.dimensions.items()]
    named = {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions}
    return {"Metric": named, "Period": period_s, "Stat": metric.statistic}


def _joined(pages: Sequence[dict[str, Any]]) -> tuple[Series, ...]:
    """Join the pages of each series; the last page shows whether the data is complete.

    Several series of one expression have different labels (CloudWatch API reference,
    MetricDataResult).
    """
    found: dict[tuple[str, str], list[Datapoint]] = {}
    status: dict[tuple[str, str], str] = {}
    for page in pages:
        key = str(page.get("Id") or ""), str(page.get("Label") or "")
        points = zip(page.get("Timestamps") or (), page.get("Values") or (), strict=True)
        found.setdefault(key, []).extend(Datapoint(at, float(value)) for at, value in points)
        status[key] = str(page.get("StatusCode") or "Complete")
    for (_, label), said in status.items():
        if said == "Forbidden":
            raise AccessDeniedError(
                f"Access denied: reading the metric {label}.",
                "GetMetricData returned the status Forbidden.",
                "Allow cloudwatch:GetMetricData in IAM. To print the policy, run: cage policy",
                operation="GetMetricData",
                code=said,
            )
        if said != "Complete":
            raise AwsUnavailableError(
                f"CloudWatch returned only part of the metric {label} ({said}).",
                "",
                "Retry in a minute. If it keeps failing, check the AWS Health Dashboard.",
                operation="GetMetricData",
                code=said,
            )
    return tuple(
        Series(label, tuple(sorted(points, key=lambda p: p.at)))
        for (_, label), points in found.items()
    )
