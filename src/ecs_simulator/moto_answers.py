"""Requests that the simulator doesn't answer: moto answers, or an error says nothing does.

Every answer has the form that AWS gives it. A request that breaks moto is refused too: a client
can't distinguish a bug there from its own.
"""

from __future__ import annotations

import functools
import io
import warnings
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import UnknownServiceError
from moto.core.utils import get_service_model

from ecs_simulator import managed_policies
from ecs_simulator.moto_state import MotoState
from ecs_simulator.world import ApiError

_NAMES = {"ecs": "ECS", "elbv2": "Elastic Load Balancing", "vpc-lattice": "VPC Lattice"}
"""Services whose operations are known by name here, as AWS calls them."""


class Body(io.BytesIO):
    """A body as botocore reads it from urllib3."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        """Yield all of it."""
        yield self.read()


@functools.cache
def protocol_of(service: str) -> str:
    """Return the protocol that botocore chooses for a service: JSON where it has it, never CBOR.

    `json`, `query`, `rest-json`, `rest-xml` or `ec2`; `query` for a service that isn't known.
    """
    try:
        model = get_service_model(service)
    except UnknownServiceError:
        return "query"
    return "json" if "json" in model.metadata.get("protocols", ()) else str(model.protocol)


def not_simulated(service: str, text: str) -> ApiError:
    """Return AWS's error of an operation that a service doesn't have, with a text of our own.

    Source: Smithy's AWS JSON protocols, UnknownOperationException; query APIs, "Common
    errors", InvalidAction.
    """
    is_json = protocol_of(service) in {"json", "rest-json"}
    return ApiError("UnknownOperationException" if is_json else "InvalidAction", text)


def answer(
    moto: MotoState,
    service: str,
    name: str,
    request: AWSPreparedRequest,
    asked: Iterable[str],
    ours: Collection[str],
) -> AWSResponse:
    """Let moto answer.

    Args:
        moto: The account's state there.
        asked: The values of the request, if its protocol sends a form.
        ours: ARNs that only the simulator knows: a request with one of them isn't for moto.

    Raises:
        ApiError: Nothing answers this; the text explains why.
    """
    if service in _NAMES and name not in get_service_model(service).operation_names:
        kind = name or "of this kind"
        raise not_simulated(service, f"{_NAMES[service]} has no action {kind}.")
    if service == "ecs":
        raise not_simulated(service, f"{name} isn't simulated.")
    if any(value in ours for value in asked):
        raise not_simulated(service, f"{name} isn't simulated for target groups.")
    with moto.entered():
        if service == "iam":
            managed_policies.load()
        answered = _moto(service, name, request)
    if answered is None:
        raise not_simulated(service, f"No one answers for {service or 'this service'} here.")
    status, headers, body = answered
    raw = body.encode() if isinstance(body, str) else body
    return AWSResponse(request.url, status, headers, Body(raw))


def _moto(service: str, name: str, request: AWSPreparedRequest) -> Any:
    from moto.core.botocore_stubber import BotocoreStubber  # noqa: PLC0415  heavy, rarely needed

    try:
        with warnings.catch_warnings(action="ignore"):
            return BotocoreStubber().process_request(request)
    except Exception as error:  # noqa: BLE001  others' code: any error must reach the client
        text = f"moto, which answers for {service} here, can't do this {name or 'request'}"
        suffix = "Exception" if protocol_of(service) in {"json", "rest-json"} else ""
        said = f"{text} ({type(error).__name__}: {error})."
        raise ApiError(f"UnsupportedOperation{suffix}", said) from None
