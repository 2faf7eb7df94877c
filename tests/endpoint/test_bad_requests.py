"""Whatever is sent to the endpoint, it answers as AWS does, or hangs up, and goes on."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from urllib.parse import urlsplit

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError

from cage.rehearsal.stage import REGION
from ecs_simulator.api import Api
from ecs_simulator.endpoint import Endpoint, PortError
from ecs_simulator.world import World
from ecs_simulator.world.errors import NoAnswerError
from tests.command_line import CAGE
from tests.endpoint.locally import WEB, environ, run
from tests.processes import PATIENCE_S, running

ECS = "AmazonEC2ContainerServiceV20141113."
SIGNED = "AWS4-HMAC-SHA256 Credential=x/20300101/us-east-1/{}/aws4_request, Signature=x"


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint(Api(World(0, REGION))) as serving:
        yield serving


def address(endpoint: Endpoint) -> tuple[str, int]:
    where = urlsplit(endpoint.url)
    assert where.hostname is not None
    assert where.port is not None
    return where.hostname, where.port


def send(
    endpoint: Endpoint, body: bytes | str, method: str = "POST", **headers: str
) -> tuple[int, str]:
    connection = http.client.HTTPConnection(*address(endpoint), timeout=PATIENCE_S)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, "/", body, named)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


@pytest.mark.parametrize(
    ("body", "operation", "code"),
    [
        ("{", "ListTasks", "SerializationException"),
        ("[1]", "ListTasks", "SerializationException"),
        (b"\xff\xfe", "ListTasks", "SerializationException"),
        ("[" * 100_000, "ListTasks", "SerializationException"),
        ("{}", "NoSuchThing", "UnknownOperationException"),
        ("{}", "", "UnknownOperationException"),
        ("{}", "CreateService", "InvalidParameterException"),
        ('{"services": 4}', "DescribeServices", "SerializationException"),
        ('{"cluster": "nowhere"}', "ListTasks", "ClusterNotFoundException"),
    ],
)
def test_a_bad_request_of_ecs_is_an_error_in_json(
    endpoint: Endpoint, body: bytes | str, operation: str, code: str
) -> None:
    status, text = send(endpoint, body, X_Amz_Target=ECS + operation)
    assert status == 400
    assert json.loads(text)["__type"] == code
    assert json.loads(text)["message"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("Version=2015-12-01", "MissingAction"),
        ("Action=DescribeTargetHealth&Version=2015-12-01", "ValidationError"),
        ("Action=RegisterTargets&TargetGroupArn=x&Targets.member.1.Port=y", "ValidationError"),
    ],
)
def test_a_bad_request_of_elb_is_an_error_in_xml(endpoint: Endpoint, body: str, code: str) -> None:
    status, text = send(endpoint, body, Authorization=SIGNED.format("elasticloadbalancing"))
    assert status == 400
    assert f"<Code>{code}</Code>" in text


def test_a_request_that_nobody_signed_is_refused(endpoint: Endpoint) -> None:
    status, text = send(endpoint, "", method="GET")
    assert (status, "MissingAuthenticationToken" in text) == (403, True)


@pytest.mark.parametrize("method", ["GET", "PUT", "BREW"])
def test_ecs_is_asked_by_post_only(endpoint: Endpoint, method: str) -> None:
    status, _ = send(endpoint, "{}", method=method, X_Amz_Target=ECS + "ListTasks")
    assert status == 405


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Content-Length: 99999999999999999999", b" 413 "),
        ("Content-Length: -1", b" 400 "),
        ("Content-Length: many", b" 400 "),
        ("Transfer-Encoding: gzip", b" 411 "),
    ],
)
def test_a_body_that_can_not_be_read_is_refused_at_once(
    endpoint: Endpoint, header: str, status: bytes
) -> None:
    with socket.create_connection(address(endpoint), timeout=PATIENCE_S) as raw:
        raw.sendall(f"POST / HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n".encode())
        assert status in raw.recv(100)


def test_an_incident_that_loses_an_answer_breaks_the_connection(endpoint: Endpoint) -> None:
    def lose(*_: object) -> None:
        raise NoAnswerError(done=False)

    endpoint.api.world.gates.append(lose)
    session = botocore.session.Session()
    session.set_credentials("simulated", "simulated")
    once = Config(retries={"total_max_attempts": 1})
    client = session.create_client(
        "ecs", region_name=REGION, endpoint_url=endpoint.url, config=once
    )
    with pytest.raises(ConnectionClosedError):
        client.list_clusters()
    endpoint.api.world.gates.clear()
    assert client.list_clusters()["clusterArns"] == []
    client.close()


def test_a_bug_of_the_simulator_is_an_answer_too(
    endpoint: Endpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by nought")

    endpoint.api.world.gates.append(broken)
    status, text = send(endpoint, "{}", X_Amz_Target=ECS + "ListTasks")
    assert (status, json.loads(text)["__type"]) == (500, "ServerException")
    assert capsys.readouterr().err == "The simulator broke: ZeroDivisionError: by nought\n"


def test_a_port_in_use_is_said_in_a_line_with_the_flag(endpoint: Endpoint) -> None:
    port = address(endpoint)[1]
    with pytest.raises(PortError, match="is already in use"):
        Endpoint(Api(World(0, REGION)), port)
    done = run(CAGE, "local", "--port", str(port), env=environ())
    assert done.returncode == 2
    what, then = done.stderr.splitlines()
    assert what == f"Port {port} of 127.0.0.1 is already in use."
    assert "--port" in then


def test_it_listens_on_loopback_only(endpoint: Endpoint) -> None:
    assert address(endpoint)[0] == "127.0.0.1"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--incident", "bad-image"), "Specify the directory"),
        ((str(WEB), "--incident", "flood"), "Incident flood not found"),
        ((str(WEB), "--incident", "all"), "all incidents at once"),
        ((str(WEB), "--incident", "ctrl-c-at-start"), "happens to the client"),
        (("nowhere",), "nowhere"),
        (("--port", "70000"), "70000"),
        (("--time-scale", "2000"), "2000"),
    ],
)
def test_a_mistake_costs_a_few_lines(arguments: tuple[str, ...], says: str) -> None:
    done = run(CAGE, "local", "--port", "0", *arguments, env=environ())
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly_though_a_client_is_half_way(number: signal.Signals) -> None:
    command = [str(CAGE), "local", "--port", "0"]
    with running(command, env=environ(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        assert server.stdout is not None
        said = "".join(iter(server.stdout.readline, "Ready. Ctrl-C stops it.\n"))
        port = re.search(r"http://127\.0\.0\.1:(\d+)", said)
        assert port is not None
        with socket.create_connection(("127.0.0.1", int(port[1])), timeout=PATIENCE_S) as raw:
            raw.sendall(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf")
            server.send_signal(number)
            assert server.communicate(timeout=PATIENCE_S) == ("Stopped.\n", "")
    assert server.returncode == 0
