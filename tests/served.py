"""The simulated ECS at an address of its own, for command lines that run as users run them."""

from __future__ import annotations

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from botocore.awsrequest import AWSPreparedRequest, HeadersDict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cage.rehearsal.stage import Stage


@contextlib.contextmanager
def served(stage: Stage) -> Iterator[str]:
    """Serve a stage's ECS on loopback, and yield its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = HeadersDict(self.headers.items())
            asked = AWSPreparedRequest("POST", f"http://ecs{self.path}", headers, body, False)  # noqa: FBT003
            answer = stage.api.answer("ecs", asked)
            self.send_response(answer.status_code)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
