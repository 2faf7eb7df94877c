"""CloudWatch's alarms and metrics."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ecs_simulator.operations.refusals import LeftToMotoError
from ecs_simulator.operations.times import EPOCH, stamp
from ecs_simulator.world import ApiError, World

_DEFAULT_PERIOD_S = 300


def describe_alarms(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Answer DescribeAlarms: without types, only metric alarms are returned.

    Raises:
        LeftToMotoError: Only alarms that clients put are asked for: moto knows more of them.
    """
    kinds = params.get("AlarmTypes") or ["MetricAlarm"]
    names = params.get("AlarmNames")
    own, others = world.alarms.states, world.alarms.elsewhere()
    asked = own.keys() if names is None else own.keys() & set(names)
    if others and not asked:
        raise LeftToMotoError
    answer: dict[str, list[dict[str, Any]]] = {f"{kind}s": [] for kind in kinds}
    for name, state in {**own, **others}.items():
        kind = "CompositeAlarm" if name in world.alarms.composite else "MetricAlarm"
        if kind in kinds and (names is None or name in names):
            reason = "" if state == "OK" else f"set to {state}"
            answer[f"{kind}s"].append(
                {"AlarmName": name, "StateValue": state, "StateReason": reason}
            )
    return answer


def get_metric_data(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Answer GetMetricData, the newest datapoints first unless asked otherwise.

    A metric that doesn't exist has a result without datapoints.

    Raises:
        LeftToMotoError: The world has no metrics: those that clients put are moto's.
    """
    if not world.metrics.names:
        raise LeftToMotoError
    start_s, end_s = _seconds(params["StartTime"]), _seconds(params["EndTime"])
    if start_s >= end_s:
        raise ApiError(
            "ValidationError", "The parameter StartTime must be less than the parameter EndTime."
        )
    results = []
    for query in params["MetricDataQueries"]:
        if query.get("ReturnData") is False:
            continue
        stat = query.get("MetricStat")
        period_s = int((stat or query).get("Period") or _DEFAULT_PERIOD_S)
        asked = _described(stat) if stat else str(query["Expression"])
        points = world.metrics.points(asked, period_s, start_s, end_s, world.now) or []
        if params.get("ScanBy") != "TimestampAscending":
            points.reverse()
        label = stat["Metric"]["MetricName"] if stat else query["Id"]
        results.append(
            {
                "Id": query["Id"],
                "Label": query.get("Label") or label,
                "Timestamps": [stamp(point.at_s) for point in points],
                "Values": [point.value for point in points],
                "StatusCode": "Complete",
            }
        )
    return {"MetricDataResults": results, "Messages": []}


def _described(stat: dict[str, Any]) -> str:
    metric = stat["Metric"]
    dimensions = sorted(f"{d['Name']}={d['Value']}" for d in metric.get("Dimensions") or [])
    return " ".join([stat["Stat"], metric["Namespace"], metric["MetricName"], *dimensions])


def _seconds(value: Any) -> float:
    """Return a timestamp as virtual seconds; parsers give it as a datetime or in seconds."""
    at_s = value.timestamp() if isinstance(value, datetime) else float(value)
    return at_s - EPOCH.timestamp()
