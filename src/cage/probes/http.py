"""HTTP through the standard library, in worker threads."""

from __future__ import annotations

import contextlib
import errno
import http.client
import socket
import ssl

import anyio
import anyio.to_thread

from cage.ports.outside import HttpAnswer, HttpRequest, NoAnswer
from cage.runtime import clock

BODY_BYTES = 65536
"""Maximum number of bytes read from a body."""

_NO_WAY = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.EADDRNOTAVAIL}


class StandardHttp:
    """Implements `cage.ports.outside.Http`."""

    async def ask(self, request: HttpRequest) -> HttpAnswer | NoAnswer:
        """Send one request. Redirects aren't followed."""
        connection = _connection(request)
        began = clock.monotonic()
        connected = False

        def call() -> tuple[int, bytes]:
            nonlocal connected
            connection.connect()
            connected = True
            headers = {"User-Agent": "canarycage", "Connection": "close", **request.headers}
            connection.request(request.method, request.path, headers=headers)
            response = connection.getresponse()
            return response.status, response.read(BODY_BYTES)

        try:
            with anyio.fail_after(request.timeout_s):
                status, body = await anyio.to_thread.run_sync(call, abandon_on_cancel=True)
        except TimeoutError:
            within = f"within {request.timeout_s:g} s"
            return NoAnswer(connected, f"no {'answer' if connected else 'connection'} {within}")
        except ssl.SSLError as error:
            return NoAnswer(reached=True, why=f"TLS failed: {error.reason or 'no handshake'}")
        except OSError as error:
            return NoAnswer(error.errno not in _NO_WAY, (error.strerror or str(error)).lower())
        except http.client.HTTPException as error:
            return NoAnswer(reached=True, why=f"the response is not HTTP ({type(error).__name__})")
        finally:
            _close(connection)
        return HttpAnswer(status, body.decode("utf-8", "replace"), clock.monotonic() - began)


def _connection(request: HttpRequest) -> http.client.HTTPConnection:
    if not request.tls:
        return http.client.HTTPConnection(request.host, request.port, timeout=request.timeout_s)
    context = ssl.create_default_context()
    # No certificate contains a task's address; load balancers don't verify targets' either
    # (ELB user guide, "Target groups for your Application Load Balancers").
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(
        request.host, request.port, timeout=request.timeout_s, context=context
    )


def _close(connection: http.client.HTTPConnection) -> None:
    """Close the connection, to end any thread that still reads from it."""
    sock = connection.sock
    if sock is not None:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
    connection.close()
