"""Reads a Terraform state over HTTP, within a time limit for the whole answer."""

from __future__ import annotations

import base64
import threading
from collections.abc import Mapping
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from cage.definitions import LookupFailedError

READ_S = 20.0
"""The time limit for each read."""

WHOLE_S = 60.0
"""The time limit for the whole answer: a server that sends byte by byte never exceeds `READ_S`."""


class Redirects(HTTPRedirectHandler):
    """Follows redirects, but never from https to http: the state would travel in clear."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        """Return the next request.

        Raises:
            LookupFailedError: It would leave https.
        """
        if req.full_url.startswith("https:") and not newurl.startswith("https:"):
            raise LookupFailedError(
                f"{req.host} redirects from https to http", "Use the address that it redirects to"
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def read(location: str, shown: str, environ: Mapping[str, str], most: int) -> bytes:
    """Read the state like Terraform's `http` backend: GET, with its user and password.

    Args:
        shown: The location without secrets.
        most: One byte more than the maximum.

    Raises:
        LookupFailedError: The server refused, or didn't answer in time.
    """
    request = Request(location)  # noqa: S310 - only http and https get here
    user = environ.get("TF_HTTP_USERNAME")
    if user:
        password = environ.get("TF_HTTP_PASSWORD", "")
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        # Not sent on redirects: only the specified host gets the password.
        request.add_unredirected_header("Authorization", f"Basic {token}")
    found: list[bytes | LookupFailedError] = []
    reading = threading.Thread(
        target=lambda: found.append(_answer(request, shown, most)), daemon=True
    )
    reading.start()
    reading.join(WHOLE_S)
    if not found:
        raise LookupFailedError(f"{shown} sent no whole answer within {WHOLE_S:g} s")
    if isinstance(found[0], LookupFailedError):
        raise found[0]
    return found[0]


def _answer(request: Request, shown: str, most: int) -> bytes | LookupFailedError:
    """Return the answer's content, or why there is none."""
    try:
        with build_opener(Redirects).open(request, timeout=READ_S) as answer:
            content: bytes = answer.read(most)
            return content
    except LookupFailedError as error:
        return error
    except HTTPError as error:
        error.close()
        return LookupFailedError(
            f"{shown} answered {error.code}",
            "Check the address, TF_HTTP_USERNAME and TF_HTTP_PASSWORD",
        )
    except (OSError, ValueError, HTTPException) as error:
        why = getattr(error, "reason", None) or type(error).__name__
        return LookupFailedError(f"{shown} did not answer: {why}")
