"""An answer that can't be read is one that didn't come, in each protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar

import pytest
from botocore.awsrequest import AWSResponse

from cage.aws.calls import ATTEMPTS, Caller
from cage.aws.clients import Clients
from cage.model.errors import AwsError, AwsUnavailableError
from cage.model.events import CallRetried
from ecs_simulator import loop
from ecs_simulator.moto_answers import Body

T = TypeVar("T")
Call: TypeAlias = tuple[str, dict[str, Any], str]
"""An operation, its parameters, and the body of its answer."""

PAGE = "<!DOCTYPE html>\n<html><head><title>Log in</title></head></html>"
XHTML = '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>'
_PARTS = "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"


def _xml(name: str, inside: str = "") -> str:
    result = f"<{name}Result>{inside}</{name}Result>"
    return f"<{name}Response>{result}{_PARTS}</{name}Response>"


READS: Mapping[str, Call] = {
    "ecs": ("describe_services", {"services": ["web"]}, '{"services": []}'),
    "logs": ("describe_log_groups", {}, '{"logGroups": []}'),
    "ssm": ("get_parameter", {"Name": "p"}, '{"Parameter": {"Value": "1"}}'),
    "cloudwatch": ("describe_alarms", {}, '{"MetricAlarms": []}'),
    "elbv2": (
        "describe_target_health",
        {"TargetGroupArn": "arn"},
        _xml("DescribeTargetHealth", "<TargetHealthDescriptions/>"),
    ),
    "sts": ("get_caller_identity", {}, _xml("GetCallerIdentity", "<Arn>arn:aws:iam::1:root</Arn>")),
    "vpc-lattice": ("list_targets", {"targetGroupIdentifier": f"tg-{17 * '0'}"}, '{"items": []}'),
    "ec2": (
        "describe_subnets",
        {},
        "<DescribeSubnetsResponse><requestId>r</requestId><subnetSet/></DescribeSubnetsResponse>",
    ),
}
WRITES: Mapping[str, Call] = {
    "ecs": ("stop_task", {"task": "t"}, '{"task": {}}'),
    "elbv2": (
        "register_targets",
        {"TargetGroupArn": "arn", "Targets": [{"Id": "i"}]},
        _xml("RegisterTargets"),
    ),
    "ssm": ("delete_parameter", {"Name": "p"}, "{}"),
}
UNREADABLE: Mapping[str, Callable[[str], str]] = {
    "a page": lambda _: PAGE,
    "a page in XML": lambda _: XHTML,
    "nothing": lambda _: "",
    "half": lambda whole: whole[: len(whole) // 2],
    "somebody else's JSON": lambda _: '{"error": "login_required"}',
    "no object": lambda _: "null",
}


async def _here(call: Callable[[], T], *, abandon: bool) -> T:  # noqa: ARG001  no thread to abandon
    return call()


class Answers:
    """Answers a client's requests in order, in place of a network."""

    def __init__(self, service: str, *bodies: str, status: int = 200) -> None:
        clients = Clients("us-east-1")
        clients.session.set_credentials("a", "b")
        self.client = clients.client(service)
        self.client.meta.events.register("before-send", self._send)
        self._bodies = list(bodies)
        self._status = status
        self.retries: list[CallRetried] = []
        self.caller = Caller("us-east-1", _here, lambda: 0.0, self.retries.append)

    def _send(self, request: Any, **_more: object) -> AWSResponse:
        body = self._bodies.pop(0) if len(self._bodies) > 1 else self._bodies[0]
        return AWSResponse(request.url, self._status, {}, Body(body.encode()))

    def read(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = loop.run(
            lambda: self.caller.read(self.client, operation, **params)
        )
        return answer

    def change(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = loop.run(
            lambda: self.caller.change(self.client, operation, **params)
        )
        return answer


@pytest.mark.parametrize("spoiled", UNREADABLE)
@pytest.mark.parametrize("service", READS)
def test_a_read_whose_answer_cannot_be_read_is_made_again(service: str, spoiled: str) -> None:
    operation, params, whole = READS[service]
    answers = Answers(service, UNREADABLE[spoiled](whole), whole)
    found = answers.read(operation, params)
    assert found.keys() - {"ResponseMetadata"}
    assert [retry.code for retry in answers.retries] == ["UnreadableAnswer"]


@pytest.mark.parametrize("spoiled", [name for name in UNREADABLE if "JSON" not in name])
@pytest.mark.parametrize("service", WRITES)
def test_a_change_whose_answer_cannot_be_read_may_have_happened(service: str, spoiled: str) -> None:
    operation, params, whole = WRITES[service]
    body = UNREADABLE[spoiled](whole)
    if service == "ssm" and not body:
        return  # DeleteParameter answers with nothing
    answers = Answers(service, body)
    with pytest.raises(AwsUnavailableError) as raised:
        answers.change(operation, params)
    assert raised.value.may_have_happened
    assert len(answers.retries) == ATTEMPTS - 1
    assert "can't be read" in raised.value.what
    assert "<" not in raised.value.why


@pytest.mark.parametrize("service", READS)
def test_a_redirection_to_a_portal_is_no_refusal_by_aws(service: str) -> None:
    operation, params, _ = READS[service]
    answers = Answers(service, PAGE, status=302)
    with pytest.raises(AwsUnavailableError):
        answers.read(operation, params)


@pytest.mark.parametrize(
    ("service", "body"),
    [
        ("ecs", '{"__type": "ClusterNotFoundException", "message": "Cluster not found."}'),
        ("elbv2", "<ErrorResponse><Error><Code>TargetGroupNotFound</Code></Error></ErrorResponse>"),
        ("ec2", "<Response><Errors><Error><Code>c</Code></Error></Errors></Response>"),
    ],
)
def test_an_error_of_aws_stays_one(service: str, body: str) -> None:
    operation, params, _ = READS[service]
    answers = Answers(service, body, status=400)
    with pytest.raises(AwsError) as raised:
        answers.read(operation, params)
    assert not isinstance(raised.value, AwsUnavailableError)
    assert answers.retries == []
