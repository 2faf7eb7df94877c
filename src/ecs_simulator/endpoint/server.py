"""A small HTTP server on loopback. Requests take turns: a world isn't thread safe."""

from __future__ import annotations

import errno
import re
import socketserver
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from botocore.awsrequest import HeadersDict
from botocore.exceptions import ReadTimeoutError

from ecs_simulator.api import Api
from ecs_simulator.endpoint import dispatch
from ecs_simulator.endpoint.dispatch import Answered, Asked
from ecs_simulator.endpoint.hosts import is_local
from ecs_simulator.endpoint.pace import Pace
from ecs_simulator.endpoint.regions import Regions
from ecs_simulator.world import ApiError

HOST = "127.0.0.1"
_LONGEST_BODY = 8 * 1024 * 1024
_LONGEST_LINE = 8192
_HEX = re.compile(rb"[0-9A-Fa-f]{1,8}")
_ELSEWHERE = ApiError("AccessDenied", "The Host header must name this machine's loopback.", 403)
_SILENCE_S = 30
_TICK_S = 0.2
_BACKLOG = 1024
"""How many connections can wait to be accepted; the operating system can allow fewer."""


class PortError(Exception):
    """The port is in use or not allowed; its two arguments are the problem and its reason."""


class Endpoint:
    """Serves a world on loopback while it is entered.

    Args:
        api: The world's API.
        port: Where to listen; 0 picks a free port.
        scale: How many virtual seconds pass in a real second.
        real_s: Returns real time, in seconds.

    Attributes:
        api: The world's API.

    Raises:
        PortError: The port is in use, or listening on it is not allowed.
    """

    def __init__(
        self,
        api: Api,
        port: int = 0,
        scale: float = 1.0,
        real_s: Callable[[], float] = time.monotonic,  # noqa: TID251  real time is what it follows
    ) -> None:
        self.api = api
        self._regions = Regions(api)
        self._pace = Pace(api.world.now, scale, real_s)
        self._over = threading.Event()
        self._server = _listen(port, self)
        self._threads = [
            threading.Thread(target=work, daemon=True)
            for work in (lambda: self._server.serve_forever(_TICK_S), self._live)
        ]
        api.clock = self._pace.now_s
        api.time = self._pace
        api.check = dispatch.check

    @property
    def url(self) -> str:
        """The address it listens on, such as `http://127.0.0.1:4566`."""
        return f"http://{HOST}:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving, and wait until it has stopped."""
        self.stop()
        for thread in self._threads:
            thread.join()

    def stop(self) -> None:
        """Begin to stop, from any thread."""
        self._over.set()

    def _live(self) -> None:
        """Let time pass while no one calls, without recording it, until serving ends."""
        while not self._over.wait(_TICK_S):
            with self.api.turn:
                for api in self._regions:
                    api.world.run_until(self._pace.now_s())
                    api.world.engine.trace.clear()
                    api.calls.clear()
                    api.done.clear()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, asked: Asked) -> Answered | None:
        """Answer a request; None if the connection must break instead."""
        try:
            with self.api.turn:
                answered, delay_s = dispatch.dispatch(self._regions, asked)
        except ApiError as error:
            return dispatch.refusal(error, as_json=dispatch.in_json(asked.headers))
        except ReadTimeoutError:
            return None
        except Exception as error:  # noqa: BLE001  a client gets an answer, never a traceback
            said = f"The simulator broke: {type(error).__name__}: {error}"
            sys.stderr.write(f"{said}\n")
            broken = ApiError("ServerException", said, 500)
            return dispatch.refusal(broken, as_json=dispatch.in_json(asked.headers))
        self._over.wait(delay_s / self._pace.scale)
        return answered


def _listen(port: int, endpoint: Endpoint) -> _Server:
    try:
        return _Server(port, endpoint)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortError(f"Port {port} of {HOST} is already in use.", "") from None
        what = f"Listening on port {port} of {HOST} failed: {error.strerror}."
        raise PortError(what, "") from None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = _BACKLOG
    block_on_close = False

    def __init__(self, port: int, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        super().__init__((HOST, port), _Handler)

    def server_bind(self) -> None:
        """Bind without looking the host's name up, as the parent does."""
        socketserver.TCPServer.server_bind(self)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log nothing about clients that hang up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _SILENCE_S
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def _serve(self) -> None:
        headers = HeadersDict(dict(self.headers.items()))
        body = self._body() if is_local(headers.get("Host", "")) else _ELSEWHERE
        if isinstance(body, ApiError):
            self.close_connection = True
            self._send(dispatch.refusal(body, as_json=dispatch.in_json(headers)))
            return
        asked = Asked(self.command, self.path, headers, body)
        answer = self.server.endpoint.answer(asked)
        if answer is None:
            self.close_connection = True
            return
        self._send(answer)

    def _body(self) -> bytes | ApiError:
        """Read the body, or return why it isn't read."""
        encoding = self.headers.get("Transfer-Encoding", "").strip().lower()
        if encoding == "chunked":
            return self._chunks()
        if encoding:
            return ApiError("MissingContentLength", "Send the body with its Content-Length.", 411)
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()):
            return ApiError("InvalidRequest", "Content-Length isn't a number.")
        if len(length) > len(str(_LONGEST_BODY)) or int(length) > _LONGEST_BODY:
            text = f"The body is longer than {_LONGEST_BODY} bytes."
            return ApiError("RequestEntityTooLarge", text, 413)
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            return ApiError("InvalidRequest", "The body is shorter than its Content-Length.")
        return body

    def _chunks(self) -> bytes | ApiError:
        """Read a body in chunks (RFC 9112, section 7.1)."""
        found = bytearray()
        while True:
            line = self.rfile.readline(_LONGEST_LINE)
            size = line.partition(b";")[0].strip()
            if not _HEX.fullmatch(size) or not line.endswith(b"\n"):
                return ApiError("InvalidRequest", "A chunk's size isn't a number.")
            length = int(size, 16)
            if len(found) + length > _LONGEST_BODY:
                text = f"The body is longer than {_LONGEST_BODY} bytes."
                return ApiError("RequestEntityTooLarge", text, 413)
            if not length:
                break
            chunk = self.rfile.read(length)
            if len(chunk) < length or self.rfile.readline(_LONGEST_LINE).strip():
                return ApiError("InvalidRequest", "A chunk is not as long as it says.")
            found += chunk
        while self.rfile.readline(_LONGEST_LINE).strip():
            pass  # trailers
        return bytes(found)

    def _send(self, answer: Answered) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Serve every method alike; the parent looks for one named `do_POST` and the like."""
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def log_message(self, *_: object) -> None:
        """Log nothing: requests might hold secrets."""
