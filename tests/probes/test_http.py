"""HTTP for real, to servers on loopback that stop by themselves."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import anyio
import pytest

from cage.ports.outside import HttpAnswer, HttpRequest, NoAnswer
from cage.probes.http import BODY_BYTES, StandardHttp
from tests.processes import PATIENCE_S


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        moved = self.path == "/moved"
        self.send_response(302 if moved else 200)
        if moved:
            self.send_header("Location", "http://elsewhere.invalid/")
        body = (
            b"x" * (BODY_BYTES + 5) if self.path == "/large" else str(self.headers["X-A"]).encode()
        )
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def ask(port: int, path: str = "/", *, timeout_s: float = PATIENCE_S, tls: bool = False) -> object:
    request = HttpRequest("127.0.0.1", port, "GET", path, {"X-A": "héllo"}, timeout_s, tls=tls)
    return anyio.run(StandardHttp().ask, request)


def test_an_answer_has_status_body_and_time(port: int) -> None:
    answer = ask(port)
    assert isinstance(answer, HttpAnswer)
    assert (answer.status, answer.body) == (200, "héllo")
    assert 0 < answer.took_s < PATIENCE_S


def test_a_redirect_is_an_answer_and_is_not_followed(port: int) -> None:
    answer = ask(port, "/moved")
    assert isinstance(answer, HttpAnswer)
    assert answer.status == 302


def test_of_a_large_body_only_the_beginning_is_read(port: int) -> None:
    answer = ask(port, "/large")
    assert isinstance(answer, HttpAnswer)
    assert len(answer.body) == BODY_BYTES


def test_a_refused_connection_was_reached() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert ask(unused.getsockname()[1]) == NoAnswer(reached=True, why="connection refused")


def test_a_server_that_says_nothing_was_reached_and_is_left_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for timeout_s in (0.3, 3.0, 30.0):  # the more, the busier the machine can be
            answer = ask(silent.getsockname()[1], timeout_s=timeout_s)
            if answer != NoAnswer(reached=False, why=f"no connection within {timeout_s:g} s"):
                break
    assert answer == NoAnswer(reached=True, why=f"no answer within {timeout_s:g} s")


def test_a_connection_that_is_never_taken_was_not_reached() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        number = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.settimeout(0)
            one.connect_ex(("127.0.0.1", number))
        answer = ask(number, timeout_s=0.3)
        for one in waiting:
            one.close()
    assert answer == NoAnswer(reached=False, why="no connection within 0.3 s")


def test_what_speaks_no_http_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            taken, _ = server.accept()
            with taken:
                taken.recv(1000)
                taken.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        said = ask(server.getsockname()[1])
        thread.join()
    assert isinstance(said, NoAnswer)
    assert said.reached
    assert "is not HTTP" in said.why


def test_tls_to_a_plain_port_fails_in_words(port: int) -> None:
    answer = ask(port, tls=True)
    assert isinstance(answer, NoAnswer)
    assert answer.reached
    assert "TLS failed" in answer.why


def test_headers_and_bodies_are_not_in_the_repr() -> None:
    request = HttpRequest("10.0.0.1", 80, "GET", "/", {"Authorization": "hunter2"}, 1.0)
    assert "hunter2" not in repr(request)
    assert "hunter2" not in repr(HttpAnswer(200, "hunter2", 0.1))
