"""Turn an HTTP request into the world's answer: find its API and check its parameters."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from botocore.awsrequest import AWSPreparedRequest, HeadersDict
from botocore.validate import ParamValidator
from moto.core.model import OperationModel

from ecs_simulator.api import error_body
from ecs_simulator.endpoint.regions import Regions
from ecs_simulator.moto_answers import protocol_of
from ecs_simulator.operations import OPERATIONS
from ecs_simulator.world import ApiError

_SCOPE = re.compile(r"Credential=[^/,]*/\d{8}/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request")
_TARGETS = {"AmazonEC2ContainerServiceV20141113": "ecs"}
_ELBV2 = "2015-12-01"


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """An HTTP request. The path holds the query string; headers have any letter case."""

    method: str
    path: str
    headers: HeadersDict
    body: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class Answered:
    """An HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def refusal(error: ApiError, *, as_json: bool) -> Answered:
    """Return an error as AWS answers with it, in one of the two protocols."""
    kind = "application/x-amz-json-1.1" if as_json else "text/xml"
    body = error_body("json" if as_json else "query", error).encode()
    headers = {"Content-Type": kind, "x-amzn-RequestId": "simulated"}
    return Answered(error.status, headers, body)


def in_json(headers: Mapping[str, str]) -> bool:
    """Return whether a request uses one of the JSON protocols."""
    return "X-Amz-Target" in headers or _in_rest(headers)


def _in_rest(headers: Mapping[str, str]) -> bool:
    """Return whether a request is for an API that is in the REST-JSON protocol and simulated."""
    found = _SCOPE.search(headers.get("Authorization", ""))
    signed = found[2] if found else ""
    return signed in OPERATIONS and protocol_of(signed) == "rest-json"


def check(model: OperationModel, params: dict[str, Any]) -> None:
    """Check parameters as clients do, for those that don't.

    Raises:
        ApiError: A parameter is missing, or is of another type than in the API's model.
    """
    if model.input_shape is None:
        return
    report = ParamValidator().validate(params, model.input_shape)
    if report.has_errors():
        text = report.generate_report().replace("\n", "; ")
        codes = {"json": "InvalidParameterException", "rest-json": "ValidationException"}
        raise ApiError(codes.get(model.service_model.protocol, "ValidationError"), text)


def dispatch(regions: Regions, asked: Asked) -> tuple[Answered, float]:
    """Answer a request: ECS and ELB from the Region's world, other services from moto.

    Returns:
        The answer, and by how many virtual seconds it is delayed.

    Raises:
        ApiError: The request can't be answered.
        ReadTimeoutError: The world breaks the connection instead of answering.
    """
    region, signed = _scope(asked)
    service = _service(signed, asked)
    rest = _in_rest(asked.headers)
    if service in OPERATIONS and asked.method != "POST" and not rest:
        raise ApiError("MethodNotAllowed", f"{asked.method} isn't answered here.", 405)
    _readable(asked)
    request = AWSPreparedRequest(
        asked.method,
        f"https://{signed}.{region}.amazonaws.com{asked.path}",
        asked.headers,
        asked.body,
        False,  # noqa: FBT003  stream_output, which botocore takes by position
    )
    api = regions.api(region)
    answer = api.answer(service, request)
    headers = {k: str(v) for k, v in answer.headers.items() if k.lower() != "content-length"}
    if service in OPERATIONS:
        kind = "application/x-amz-json-1.1" if in_json(asked.headers) else "text/xml"
        kind = "application/json" if rest else kind
        headers.setdefault("Content-Type", kind)
    return Answered(answer.status_code, headers, answer.content), api.taken_delay_s()


def _scope(asked: Asked) -> tuple[str, str]:
    """Return the Region and the service that a request is signed for."""
    found = _SCOPE.search(asked.headers.get("Authorization", ""))
    if found is not None:
        return found[1], found[2]
    prefix = asked.headers.get("X-Amz-Target", "").partition(".")[0]
    if prefix in _TARGETS:
        return "us-east-1", _TARGETS[prefix]
    raise ApiError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)


def _service(signed: str, asked: Asked) -> str:
    """Return the API by botocore's name; ELB's two APIs are distinguished by version."""
    if signed == "monitoring" and in_json(asked.headers):
        return "cloudwatch"
    if signed == "servicequotas":
        return "service-quotas"
    if signed != "elasticloadbalancing":
        return signed
    form = parse_qs(asked.body.decode(errors="replace"))
    if "Action" not in form:
        raise ApiError("MissingAction", "The request must contain the parameter Action.")
    return "elbv2" if form.get("Version", [_ELBV2])[0] == _ELBV2 else "elb"


def _readable(asked: Asked) -> None:
    """Check that a body can be read at all."""
    try:
        text = asked.body.decode()
    except UnicodeDecodeError:
        if in_json(asked.headers):
            raise ApiError("SerializationException", "The body isn't UTF-8.") from None
        return
    if not in_json(asked.headers):
        return
    try:
        value = json.loads(text or "{}")
    except (ValueError, RecursionError):
        raise ApiError("SerializationException", "The body isn't JSON.") from None
    if not isinstance(value, dict):
        raise ApiError("SerializationException", "The body isn't a JSON object.")
