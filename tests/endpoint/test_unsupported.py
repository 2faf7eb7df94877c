"""Given any action of AWS, when the endpoint is asked for it, then it answers as AWS does."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.model import Shape

from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import REGION
from ecs_simulator.endpoint import Endpoint
from ecs_simulator.operations import OPERATIONS

DEEPEST = 4
NUMBERS = {"integer": 1, "long": 1, "float": 1.0, "double": 1.0, "boolean": True}


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint(SHAPES["fargate"]().stage().api) as serving:
        yield serving


@functools.cache
def client(service: str, url: str) -> Any:
    session = botocore.session.Session()
    session.set_credentials("simulated", "simulated")
    once = Config(
        retries={"total_max_attempts": 1},
        parameter_validation=False,
        s3={"addressing_style": "path"},
    )
    return session.create_client(service, region_name=REGION, endpoint_url=url, config=once)


def made_up(shape: Shape, *, whole: bool, depth: int = 0) -> Any:
    """A value of a shape, with what it requires, or with everything that it may have."""
    kind = shape.type_name
    deeper = functools.partial(made_up, whole=whole, depth=depth + 1)
    if kind == "structure":
        named = shape.members.items()
        wanted = {n: s for n, s in named if n in shape.required_members or whole}
        return {n: deeper(s) for n, s in wanted.items()} if depth < DEEPEST else {}
    if kind == "list":
        return [deeper(shape.member)]
    if kind == "map":
        return {deeper(shape.key): deeper(shape.value)}
    if kind == "timestamp":
        return "2030-01-07T09:00:00Z"
    if kind == "blob":
        return b"x"
    return NUMBERS.get(kind, (shape.enum or ["x"])[0] if kind == "string" else "x")


def ask(endpoint: Endpoint, service: str, operation: str, params: Any) -> tuple[int, str, str]:
    """Ask, and return the status, the error's code and its text."""
    try:
        client(service, endpoint.url)._make_api_call(operation, params)
    except ClientError as error:
        said = error.response["Error"]
        status: int = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return status, said["Code"], said["Message"]
    return 200, "", ""


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("service", sorted(OPERATIONS))
def test_every_action_has_an_answer_or_an_error_of_aws(
    endpoint: Endpoint, service: str, whole: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    model = client(service, endpoint.url).meta.service_model
    whole_model = service in {"ecs", "elbv2"}
    names = model.operation_names if whole_model else OPERATIONS[service]
    assert names
    for name in names:
        shape = model.operation_model(name).input_shape
        params = made_up(shape, whole=whole) if shape is not None else {}
        status, code, text = ask(endpoint, service, name, params)
        assert status == 200 or (400 <= status < 500 and code and text), (name, status, code, text)
        if service == "ecs" and name not in OPERATIONS["ecs"]:
            assert (code, text) == ("UnknownOperationException", f"{name} isn't simulated.")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("service", "code"), [("ecs", "UnknownOperationException"), ("elbv2", "InvalidAction")]
)
def test_an_action_that_aws_does_not_have_is_refused(
    endpoint: Endpoint, service: str, code: str
) -> None:
    def rename(request: Any, **_: Any) -> None:
        if service == "ecs":
            request.headers["X-Amz-Target"] = "AmazonEC2ContainerServiceV20141113.Fly"
        else:
            request.data = {**request.data, "Action": "Fly"}

    events = client(service, endpoint.url).meta.events
    events.register("before-sign", rename)
    asked = {"ecs": "ListClusters", "elbv2": "DescribeTargetGroups"}[service]
    status, said, text = ask(endpoint, service, asked, {})
    events.unregister("before-sign", rename)
    assert (status, said) == (400, code)
    assert text.endswith("has no action Fly.")


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("GetResourcePolicy", {"ResourceArn": "{}"}),
    ],
)
def test_moto_is_not_asked_about_a_target_group_that_only_the_simulator_knows(
    endpoint: Endpoint, operation: str, params: dict[str, Any]
) -> None:
    (arn,) = endpoint.api.world.groups.groups
    named = json.loads(json.dumps(params).replace("{}", arn))
    status, code, text = ask(endpoint, "elbv2", operation, named)
    assert (status, code) == (400, "InvalidAction")
    assert text == f"{operation} isn't simulated for target groups."


def test_a_request_that_breaks_moto_is_refused_and_says_so(endpoint: Endpoint) -> None:
    status, code, text = ask(endpoint, "elbv2", "DescribeTrustStores", {})
    assert (status, code) == (400, "UnsupportedOperation")
    assert text.startswith("moto, which answers for elbv2 here, can't do this DescribeTrustStores")


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("ec2", "GetCoipPoolUsage", "UnsupportedOperation"),
        ("lambda", "CreateFunction", "UnsupportedOperationException"),
        ("ecr", "PutImage", "UnsupportedOperationException"),
    ],
)
def test_what_moto_can_not_do_is_told_in_the_protocol_of_the_service(
    endpoint: Endpoint, service: str, operation: str, code: str
) -> None:
    status, said, text = ask(endpoint, service, operation, {})
    assert (status, said) == (400, code)
    assert text.startswith(f"moto, which answers for {service} here, can't do this")


def test_a_body_that_is_no_text_reaches_moto_unchanged(endpoint: Endpoint) -> None:
    s3 = client("s3", endpoint.url)
    s3.create_bucket(Bucket="state")
    s3.put_object(Bucket="state", Key="tf", Body=b"\xff\xfe\x00")
    assert s3.get_object(Bucket="state", Key="tf")["Body"].read() == b"\xff\xfe\x00"
