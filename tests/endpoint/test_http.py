"""Any HTTP client reaches the endpoint, however it writes requests; a browser's page doesn't."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator

import pytest

from cage.rehearsal.stage import REGION
from ecs_simulator.api import Api
from ecs_simulator.endpoint import Endpoint
from ecs_simulator.world import World
from tests.endpoint.test_bad_requests import ECS, SIGNED, address, send
from tests.processes import PATIENCE_S

CROWD = 300


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint(Api(World(0, REGION))) as serving:
        yield serving


@pytest.mark.parametrize("name", ["X-Amz-Target", "x-amz-target", "X-AMZ-TARGET"])
def test_a_header_s_name_has_any_letter_case(endpoint: Endpoint, name: str) -> None:
    status, text = send(endpoint, "{}", **{name: ECS + "ListClusters"})
    assert (status, json.loads(text)) == (200, {"clusterArns": []})


@pytest.mark.parametrize("name", ["Authorization", "authorization"])
def test_a_signature_is_found_in_any_letter_case(endpoint: Endpoint, name: str) -> None:
    body = "Action=DescribeTargetGroups&Version=2015-12-01"
    status, text = send(endpoint, body, **{name: SIGNED.format("elasticloadbalancing")})
    assert (status, "DescribeTargetGroupsResponse" in text) == (200, True)


def test_an_error_of_the_json_protocol_is_in_json_however_its_headers_are_written(
    endpoint: Endpoint,
) -> None:
    status, text = send(endpoint, "{", x_amz_target=ECS + "ListClusters")
    assert (status, json.loads(text)["__type"]) == (400, "SerializationException")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:4566", 200),
        ("127.0.0.1:80", 200),
        ("[::1]:4566", 200),
        ("sqs.localhost", 200),
        ("rebound.example", 403),
        ("127.0.0.1.rebound.example", 403),
        ("localhost.rebound.example:4566", 403),
        ("192.168.0.1", 403),
    ],
)
def test_only_requests_for_this_machine_are_answered(
    endpoint: Endpoint, host: str, status: int
) -> None:
    answered, text = send(endpoint, "{}", X_Amz_Target=ECS + "ListClusters", Host=host)
    assert answered == status
    assert ("Host header" in text) is (status != 200)


def test_a_body_in_chunks_is_read(endpoint: Endpoint) -> None:
    connection = http.client.HTTPConnection(*address(endpoint), timeout=PATIENCE_S)
    parts = (b'{"cluster', b'Name": "', b'demo"}')
    connection.request(
        "POST", "/", iter(parts), {"X-Amz-Target": ECS + "CreateCluster"}, encode_chunked=True
    )
    made = json.loads(connection.getresponse().read())["cluster"]
    assert made["clusterName"] == "demo"
    # The next request of the same connection is understood, too.
    connection.request("POST", "/", "{}", {"X-Amz-Target": ECS + "ListClusters"})
    assert json.loads(connection.getresponse().read())["clusterArns"] == [made["clusterArn"]]
    connection.close()


@pytest.mark.parametrize(
    ("chunks", "status"),
    [
        (b"zz\r\n", b" 400 "),
        (b"5\r\nabcdefgh\r\n0\r\n\r\n", b" 400 "),
        (b"FFFFFFFF\r\n", b" 413 "),
    ],
)
def test_chunks_that_can_not_be_read_are_refused(
    endpoint: Endpoint, chunks: bytes, status: bytes
) -> None:
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(address(endpoint), timeout=PATIENCE_S) as raw:
        raw.sendall(head + chunks)
        assert status in raw.recv(100)


def test_a_crowd_of_clients_is_answered_at_once(endpoint: Endpoint) -> None:
    answered: list[int] = []

    def call() -> None:
        answered.append(send(endpoint, "{}", X_Amz_Target=ECS + "ListClusters")[0])

    threads = [threading.Thread(target=call) for _ in range(CROWD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # ECS throttles a crowd, but no connection is reset.
    assert len(answered) == CROWD
    assert set(answered) <= {200, 400}


def test_each_region_has_resources_of_its_own(endpoint: Endpoint) -> None:
    def clusters(region: str, operation: str, body: str) -> list[str]:
        signed = SIGNED.format("ecs").replace("us-east-1", region)
        target = ECS + operation
        _, text = send(endpoint, body, X_Amz_Target=target, Authorization=signed)
        found: list[str] = json.loads(text).get("clusterArns", [])
        return found

    clusters("eu-west-1", "CreateCluster", '{"clusterName": "demo"}')
    assert clusters(REGION, "ListClusters", "{}") == []
    there = "arn:aws:ecs:eu-west-1:123456789012:cluster/demo"
    assert clusters("eu-west-1", "ListClusters", "{}") == [there]
