"""Recognizes an answer that isn't AWS's: a portal's web page, nothing, or half of an answer.

botocore takes much of that for an answer without contents: of a load balancer without targets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from botocore.model import OperationModel
from botocore.parsers import ResponseParserError

Judge: TypeAlias = Callable[[OperationModel, int, bytes], str]
"""Returns what is wrong with a body (operation, HTTP status, body); empty: nothing."""

_ROOT = re.compile(rb"\s*(?:<\?xml[^>]*\?>)?(?:\s|<!--.*?-->)*<(?:\w+:)?(\w+)", re.DOTALL)
_ERROR_ROOTS = frozenset({b"ErrorResponse", b"Response"})
_HTML = re.compile(rb"\s*(?:<\?xml[^>]*\?>\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_REDIRECT, _SERVER_ERROR = 300, 500

EMPTY = "It is empty."
_PAGE = "It is a web page, so it came from a proxy or a portal."
_NOT_JSON = "It is not the JSON that AWS sends, or only a part of it."
CUT_OFF = "It is not the XML that AWS sends, or only a part of it."


class UnreadableAnswerError(Exception):
    """An answer that AWS can't have sent, or not in full; the text says what is wrong with it."""


UNREADABLE = (UnreadableAnswerError, ResponseParserError)
"""The errors for an answer that can't be read: from here, or from botocore's parsers."""


def require_readable(
    operation_model: OperationModel, response_dict: Mapping[str, Any], **_more: object
) -> None:
    """Require an answer in the operation's protocol; botocore calls this before it parses one.

    Raises:
        UnreadableAnswerError: It isn't one.
    """
    judge = _JUDGES.get(operation_model.service_model.resolved_protocol)
    status, body = int(response_dict["status_code"]), response_dict["body"]
    if judge is None or operation_model.has_streaming_output or status >= _SERVER_ERROR:
        return  # botocore reports an error of the server whatever it contains
    found = _PAGE if _HTML.match(body) else judge(operation_model, status, body)
    if found:
        raise UnreadableAnswerError(found)


def watch(client: Any) -> None:
    """Have a client's answers checked. It can be called again."""
    client.meta.events.register("before-parse", require_readable, unique_id="cage-readable")


def watched(client: Callable[[str, str | None], Any]) -> Callable[[str, str | None], Any]:
    """Return a function that makes clients as `client` does, and has their answers checked."""

    def made(service: str, region: str | None) -> Any:
        found = client(service, region)
        watch(found)
        return found

    return made


def _json(model: OperationModel, status: int, body: bytes) -> str:
    expected = _members(model) if status < _REDIRECT else frozenset()
    if not body.strip():
        return EMPTY if expected or _REDIRECT <= status < _REDIRECT + 100 else ""
    try:
        value = json.loads(body)
    except ValueError:
        return _NOT_JSON
    if not isinstance(value, dict):
        return _NOT_JSON
    return _NOT_JSON if value and expected and not expected & value.keys() else ""


def _members(model: OperationModel) -> frozenset[str]:
    """Return the keys that an answer's body can have."""
    shape = model.output_shape
    if shape is None or shape.serialization.get("payload"):
        return frozenset()
    members = shape.members.items()
    inside = [(key, m.serialization) for key, m in members if "location" not in m.serialization]
    return frozenset(name for key, how in inside for name in (key, how.get("name", key)))


def _xml(model: OperationModel, status: int, body: bytes) -> str:
    if not body.strip():
        return EMPTY
    root = _ROOT.match(body)
    name = root.group(1) if root else b""
    if status >= _REDIRECT:
        return "" if name in _ERROR_ROOTS else CUT_OFF
    return "" if name == f"{model.name}Response".encode() else CUT_OFF


_JUDGES: Mapping[str, Judge] = {"json": _json, "rest-json": _json, "query": _xml, "ec2": _xml}
