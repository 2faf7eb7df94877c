"""Given the endpoint, when a client calls VPC Lattice, it answers in REST-JSON as AWS does."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest

from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import REGION
from ecs_simulator.endpoint import Endpoint

_SIGNED = f"AWS4-HMAC-SHA256 Credential=a/20300107/{REGION}/vpc-lattice/aws4_request"


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint(SHAPES["fargate-lattice"]().stage().api) as serving:
        yield serving


def _client(endpoint: Endpoint) -> Any:
    session = botocore.session.Session()
    session.set_credentials("simulated", "simulated")
    return session.create_client("vpc-lattice", region_name=REGION, endpoint_url=endpoint.url)


def _asked(endpoint: Endpoint, path: str) -> tuple[int, str, dict[str, Any]]:
    """Return the status, the content type and the body of an answer to a plain GET."""
    connection = http.client.HTTPConnection(endpoint.url.removeprefix("http://"))
    connection.request("GET", path, headers={"Authorization": _SIGNED})
    answer = connection.getresponse()
    body = json.load(answer)
    connection.close()
    return answer.status, answer.headers["Content-Type"], body


def test_a_target_group_s_targets_are_registered_and_listed(endpoint: Endpoint) -> None:
    lattice = _client(endpoint)
    (group,) = lattice.list_target_groups()["items"]
    named = {"targetGroupIdentifier": group["arn"]}
    targets = lattice.list_targets(**named)["items"]
    assert [target["status"] for target in targets] == ["HEALTHY"] * 3
    mine = [{"id": "10.0.0.99", "port": 8080}]
    assert lattice.register_targets(**named, targets=mine)["successful"] == mine
    assert lattice.deregister_targets(**named, targets=mine)["successful"] == mine
    (left,) = lattice.list_targets(**named, targets=mine)["items"]
    assert left["status"] == "DRAINING"
    assert len(lattice.list_targets(**named, maxResults=2)["items"]) == 2


def test_status_codes_and_moments_are_those_of_rest_json(endpoint: Endpoint) -> None:
    made = _client(endpoint).create_target_group(name="other", type="IP", config={"port": 80})
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    status, kind, shown = _asked(endpoint, f"/targetgroups/{made['id']}")
    assert (status, kind, shown["name"]) == (200, "application/json", "other")
    assert shown["createdAt"].endswith("Z")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/targetgroups/tg-0123456789abcdefg", 404, "ResourceNotFoundException"),
        ("/nothing/here", 400, "UnknownOperationException"),
        ("/targetgroups?maxResults=many", 400, "ValidationException"),
    ],
)
def test_errors_are_json(endpoint: Endpoint, path: str, status: int, code: str) -> None:
    answered, _, body = _asked(endpoint, path)
    assert (answered, body["__type"]) == (status, code)
