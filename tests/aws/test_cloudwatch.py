"""Metrics and log pages, as AWS's APIs hand them out."""

from __future__ import annotations

import functools
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest
from botocore.stub import ANY, Stubber
from moto import mock_aws

from cage.aws.calls import Caller
from cage.aws.clients import Clients
from cage.aws.cloudwatch import BotoCloudWatch
from cage.aws.logs import BotoLogs
from cage.model.errors import AccessDeniedError, AwsUnavailableError
from cage.model.telemetry import LogStream, Metric, MetricQuery, Series

REGION = "us-east-1"
NINE = datetime(2030, 1, 7, 9, tzinfo=UTC)
QUERY = MetricQuery({"m": Metric("N", "M", {"A": "b"}, "Sum")}, "", 60)


async def inline(call: Any, *, abandon: bool) -> Any:
    assert abandon
    return call()


def client(service: str) -> Any:
    clients = Clients(REGION)
    clients.session.set_credentials("a", "b")
    return clients.client(service)


def result(minutes: list[int], status: str, label: str = "M") -> dict[str, Any]:
    return {
        "Id": "m",
        "Label": label,
        "Timestamps": [NINE + timedelta(minutes=n) for n in minutes],
        "Values": [float(n) for n in minutes],
        "StatusCode": status,
    }


def series(*pages: dict[str, Any], query: MetricQuery = QUERY) -> tuple[Series, ...]:
    """Ask a CloudWatch that answers with these pages."""
    cloudwatch = client("cloudwatch")
    with Stubber(cloudwatch) as stub:
        for number, page in enumerate(pages):
            expected = {
                "MetricDataQueries": ANY,
                "StartTime": NINE,
                "EndTime": NINE + timedelta(minutes=5),
                "ScanBy": "TimestampAscending",
                **({"NextToken": f"page {number}"} if number else {}),
            }
            more = {} if number == len(pages) - 1 else {"NextToken": f"page {number + 1}"}
            stub.add_response("get_metric_data", {"MetricDataResults": [page], **more}, expected)
        reader = BotoCloudWatch(lambda: cloudwatch, Caller(REGION, inline))
        found = anyio.run(reader.series, query, NINE, NINE + timedelta(minutes=5))
        stub.assert_no_pending_responses()
    return found


def test_pages_of_one_metric_are_joined_in_the_order_of_time() -> None:
    (found,) = series(result([2, 3], "PartialData"), result([0, 1], "Complete"))
    assert found.label == "M"
    assert [point.value for point in found.datapoints] == [0, 1, 2, 3]


def test_series_of_one_expression_are_told_apart_by_their_labels() -> None:
    found = series(result([0], "Complete", "one"), result([0], "Complete", "two"))
    assert [one.label for one in found] == ["one", "two"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("PartialData", AwsUnavailableError),
        ("InternalError", AwsUnavailableError),
        ("Forbidden", AccessDeniedError),
    ],
)
def test_data_that_is_not_all_there_is_no_answer(status: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        series(result([0, 1], status))


def test_a_metric_that_was_put_is_read() -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)  # noqa: TID251  moto's clock
    start = now - timedelta(minutes=10)
    with mock_aws():
        cloudwatch = client("cloudwatch")
        data = {"MetricName": "M", "Dimensions": [{"Name": "A", "Value": "b"}], "Value": 4.0}
        cloudwatch.put_metric_data(
            Namespace="N", MetricData=[{**data, "Timestamp": start + timedelta(minutes=3)}]
        )
        reader = BotoCloudWatch(lambda: cloudwatch, Caller(REGION, inline))
        (found,) = anyio.run(reader.series, QUERY, start, now)
    assert [point.value for point in found.datapoints] == [4.0]
    assert found.datapoints[0].at == start + timedelta(minutes=3)


def test_a_log_is_read_page_by_page_until_its_token_comes_back() -> None:
    stream = LogStream("/ecs/web", "web/web/1")
    with mock_aws():
        logs = client("logs")
        logs.create_log_group(logGroupName=stream.group)
        logs.create_log_stream(logGroupName=stream.group, logStreamName=stream.name)
        reader = BotoLogs(lambda _region: logs, Caller(REGION, inline))
        now = time.time_ns() // 1_000_000
        put = functools.partial(
            logs.put_log_events, logGroupName=stream.group, logStreamName=stream.name
        )
        put(logEvents=[{"timestamp": now, "message": "one\n"}])
        first = anyio.run(reader.page, stream, None)
        assert first.lines == ("one",)
        assert anyio.run(reader.page, stream, first.token) == type(first)((), first.token)
        put(logEvents=[{"timestamp": now + 1, "message": "two"}])
        assert anyio.run(reader.page, stream, first.token).lines == ("two",)
