"""The world behind AWS's wire protocols, so that production code meets it through botocore.

Requests are parsed and answers serialised by moto's models of the AWS APIs. Whatever is
neither ECS nor a target group falls through to moto's own backends.
"""

from __future__ import annotations

import functools
import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ReadTimeoutError
from moto.core.model import OperationModel, Shape
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.serialize import QuerySerializer
from moto.core.utils import get_service_model
from werkzeug.datastructures import MultiDict

from cage.simulator.operations import OPERATIONS
from cage.simulator.world import ApiError, World
from cage.simulator.world.things import NoAnswerError

_HTTP_SERVER_ERROR = 500


class _Body(io.BytesIO):
    """A body as botocore reads it from urllib3."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


class _Xml(QuerySerializer):
    """Serialises the query protocol; what operations return are dicts keyed as in the API."""

    def get_value(self, value: Any, key: str, shape: Shape) -> Any:  # noqa: ARG002
        return value.get(key)


def _json(value: Any) -> float:
    """Write the one thing that the JSON protocol doesn't have: a timestamp, in seconds."""
    if isinstance(value, datetime):
        # Truncated, as the Smithy specification asks of what is finer than a millisecond.
        return int(value.replace(microsecond=0).timestamp()) + value.microsecond // 1000 / 1000
    raise TypeError(f"{type(value).__name__} can't be serialised")


def serialize(model: OperationModel, result: dict[str, Any]) -> str:
    """Serialise an operation's result.

    The JSON protocol's bodies are keyed as the API is, so they need no model. The tests
    hold them against moto's serialiser, which walks the model and is many times slower.
    """
    if _protocol(model) == "json":
        return json.dumps(result, default=_json)
    return str(_Xml(model).serialize(result)["body"])


def _protocol(model: OperationModel) -> str:
    """Return the protocol that botocore chooses: JSON where a service has it, CBOR never yet."""
    service = model.service_model
    return "json" if "json" in service.metadata.get("protocols", ()) else str(service.protocol)


@functools.cache
def _operation(service: str, name: str) -> OperationModel:
    model: OperationModel = get_service_model(service).operation_model(name)
    return model


class Api:
    """Answers botocore's requests from a world.

    Args:
        world: The world; it may be exchanged between rollouts.

    Attributes:
        calls: The operations called, in order, those that were refused included.
        done: Those that took effect, in order.
        asked: What production code has called: botocore's name of the service, the operation.
        outsider: Whether somebody else than production code is calling.
        shown: Turns the world's timestamps into those that answers show; None: they are the same.
        check: Refuses parameters that botocore would not have sent.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.calls: list[str] = []
        self.done: list[str] = []
        self.asked: set[tuple[str, str]] = set()
        self.outsider = False
        self.clock: Any = None
        self.shown: Callable[[datetime], datetime] | None = None
        self.check: Callable[[OperationModel, dict[str, Any]], None] | None = None

    def attach(self, client: Any) -> None:
        """Let the world answer a botocore client, instead of the network."""
        service = client.meta.service_model.service_name

        def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
            return self.answer(service, request)

        client.meta.events.register("before-send.*", answer)

    def answer(self, service: str, request: AWSPreparedRequest) -> AWSResponse:
        """Answer one HTTP request."""
        body = request.body.decode() if isinstance(request.body, bytes) else (request.body or "")
        name, values = _action(request, body)
        if not self.outsider:
            self.asked.add((service, name))
        handler = OPERATIONS.get(service, {}).get(name)
        if handler is None:
            return _from_moto(service, name, request)
        model = _operation(service, name)
        protocol = _protocol(model)
        self.calls.append(name)
        try:
            params = _parsed(model, request, body, values)
            if self.check is not None:
                self.check(model, params)
            if self.clock is not None:
                self.world.run_until(self.clock())
            self.world.quotas.take(name, self.world.now)
            for gate in self.world.gates:
                gate(name, params)
            result = handler(self.world, params)
            self.done.append(name)
        except ApiError as error:
            return _error(protocol, request.url, error)
        except NoAnswerError as broken:
            if broken.done:
                handler(self.world, params)
                self.done.append(name)
            raise ReadTimeoutError(endpoint_url=request.url) from None
        if self.shown is not None:
            result = _retimed(result, self.shown)
        return _response(request.url, 200, serialize(model, result))


def _retimed(value: Any, shown: Callable[[datetime], datetime]) -> Any:
    """Return a result with each of its timestamps turned into the one that is shown."""
    if isinstance(value, datetime):
        return shown(value)
    if isinstance(value, dict):
        return {key: _retimed(item, shown) for key, item in value.items()}
    if isinstance(value, list):
        return [_retimed(item, shown) for item in value]
    return value


def _parsed(
    model: OperationModel, request: AWSPreparedRequest, body: str, values: dict[str, str]
) -> dict[str, Any]:
    """Parse an operation's parameters; where their shape is wrong, that is AWS's error."""
    protocol = _protocol(model)
    try:
        params: dict[str, Any] = PROTOCOL_PARSERS[protocol](model).parse(
            {
                "method": request.method,
                "values": MultiDict(values),
                "headers": request.headers,
                "body": body,
                "url_path": "/",
                "url_params": {},
            }
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        code = "SerializationException" if protocol == "json" else "ValidationError"
        raise ApiError(code, f"A parameter is of the wrong type: {error}") from None
    return params


def _action(request: AWSPreparedRequest, body: str) -> tuple[str, dict[str, str]]:
    """Return the operation's name, and the form values where the protocol has them."""
    target = request.headers.get("X-Amz-Target")
    if target:
        text = target.decode() if isinstance(target, bytes) else target
        return text.rpartition(".")[2], {}
    values = dict(parse_qsl(body, keep_blank_values=True))
    return values.get("Action", ""), values


def _response(url: str, status: int, body: str | bytes) -> AWSResponse:
    raw = body.encode() if isinstance(body, str) else body
    return AWSResponse(url, status, {"x-amzn-RequestId": "simulated"}, _Body(raw))


def _error(protocol: str, url: str, error: ApiError) -> AWSResponse:
    return _response(url, error.status, error_body(protocol, error))


def error_body(protocol: str, error: ApiError) -> str:
    """Return the body that an error has in a protocol, `json` or `query`."""
    if protocol == "json":
        return json.dumps({"__type": error.code, "message": error.message})
    fault = "Receiver" if error.status >= _HTTP_SERVER_ERROR else "Sender"
    return (
        f"<ErrorResponse><Error><Type>{fault}</Type><Code>{escape(error.code)}</Code>"
        f"<Message>{escape(error.message)}</Message></Error>"
        "<RequestId>simulated</RequestId></ErrorResponse>"
    )


def _from_moto(service: str, name: str, request: AWSPreparedRequest) -> AWSResponse:
    if service == "ecs":
        raise NotImplementedError(f"the simulated ECS doesn't know {name}")
    from moto.core.botocore_stubber import BotocoreStubber  # noqa: PLC0415  heavy, rarely needed

    answered = BotocoreStubber().process_request(request)
    if answered is None:
        raise NotImplementedError(f"nobody answers {service} {name} in the simulator")
    status, headers, body = answered
    return AWSResponse(
        request.url, status, headers, _Body(body.encode() if isinstance(body, str) else body)
    )
