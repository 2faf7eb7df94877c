"""The world behind AWS's wire protocols, so production code can reach it through botocore.

Requests are parsed and answers serialized by moto's models of the AWS APIs. Calls to anything
but ECS and target groups fall through to moto's own backends.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape, quoteattr

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ClientError, ReadTimeoutError
from moto.core.model import OperationModel, Shape
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.serialize import QuerySerializer
from moto.core.utils import get_service_model
from werkzeug.datastructures import MultiDict

from ecs_simulator import clients, direct, moto_answers
from ecs_simulator.clients_time import ClientsTime, retimed
from ecs_simulator.moto_answers import Body, protocol_of
from ecs_simulator.moto_state import MotoState
from ecs_simulator.operations import OPERATIONS, Operation
from ecs_simulator.operations.refusals import LeftToMotoError
from ecs_simulator.routes import route
from ecs_simulator.world import ApiError, World
from ecs_simulator.world.errors import NoAnswerError, SpoiledAnswerError

_HTTP_SERVER_ERROR = 500


class _SpoiledError(Exception):
    """A caller gets this body in place of an answer."""

    def __init__(self, body: str) -> None:
        super().__init__(body)
        self.body = body


class _Xml(QuerySerializer):
    """Serializes the query protocol; what operations return are dicts keyed as in the API."""

    def get_value(self, value: Any, key: str, shape: Shape) -> Any:  # noqa: ARG002
        return value.get(key)

    def _serialize_body(self, body: Mapping[str, Any]) -> str:
        """Write the document; moto's SAX writer takes a tenth of a rollout's time."""
        return "".join(_element(name, value) for name, value in body.items())


def _element(name: str, value: Any) -> str:
    """Return an element as `xmltodict.unparse` writes it: keys with `@` are attributes."""
    if isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    if not isinstance(value, Mapping):
        return f"<{name}>{escape(str(value))}</{name}>"
    attributes = "".join(f" {k[1:]}={quoteattr(v)}" for k, v in value.items() if k[0] == "@")
    inner = "".join(_element(k, v) for k, v in value.items() if k[0] != "@")
    return f"<{name}{attributes}>{inner}</{name}>"


def _iso(value: Any) -> str:
    """Write a timestamp of the REST-JSON protocol, where VPC Lattice's model has text."""
    if isinstance(value, datetime):
        at = value.astimezone(UTC).replace(tzinfo=None)
        return f"{at.isoformat(timespec='milliseconds')}Z"
    raise TypeError(f"{type(value).__name__} can't be serialized")


def _json(value: Any) -> float:
    """Write the one type that JSON doesn't have: a timestamp, in seconds."""
    if isinstance(value, datetime):
        # Truncated, as the Smithy specification asks of what is finer than a millisecond.
        return int(value.replace(microsecond=0).timestamp()) + value.microsecond // 1000 / 1000
    raise TypeError(f"{type(value).__name__} can't be serialized")


def serialize(model: OperationModel, result: dict[str, Any]) -> str:
    """Serialize an operation's result.

    The JSON protocol's bodies are keyed as the API is, so they need no model. The tests
    compare them with moto's serializer, which walks the model and is many times slower.
    """
    protocol = protocol_of(model.service_model.service_name)
    if protocol in {"json", "rest-json"}:
        return json.dumps(result, default=_json if protocol == "json" else _iso)
    return str(_Xml(model).serialize(result)["body"])


@functools.cache
def _operation(service: str, name: str) -> OperationModel:
    model: OperationModel = get_service_model(service).operation_model(name)
    return model


@dataclasses.dataclass(slots=True)
class Made:
    """A call that was made.

    Attributes:
        under_test: Whether the tool under test made it, and not someone else in the scenario.
        done: Whether it took effect.
        answered: Whether its caller learned that.
    """

    operation: str
    params: dict[str, Any]
    under_test: bool
    done: bool = False
    answered: bool = False


class Api:
    """Answers botocore's requests from a world.

    Args:
        world: The world.
        moto: The account's state in moto; None: a new one.

    Attributes:
        calls: The operations called, in order, including those that were refused.
        done: The operations that took effect, in order.
        time: The time that the clients' clocks show; None: the same as the world's.
        made: The same calls with their parameters and callers, once `keep` is set.
        under_test: Whether the tool under test is calling now. Only its calls meet gates.
        asked: The calls it has made: botocore's name of the service, the operation.
        moto: The account's state in moto.
        turn: Held while a call is answered or time passes: a world isn't thread safe.
        check: Refuses parameters that botocore would not have sent.
        instead: Answers a request (service, operation, request) in moto's place, or returns None.
        wire: Whether clients write and read each call as on a network, which takes longer; False:
            those that are made from now on are answered with values where that's the same.
    """

    def __init__(self, world: World, moto: MotoState | None = None) -> None:
        self.world = world
        self.calls: list[str] = []
        self.done: list[str] = []
        self.made: list[Made] = []
        self.keep = False
        self.under_test = True
        self.asked: set[tuple[str, str]] = set()
        self.moto = moto or MotoState()
        world.alarms.elsewhere = lambda: self.moto.alarms(world.region)
        self.turn = threading.RLock()
        self._delay_s = 0.0
        self.wire = True
        self._left_to_moto = False
        self._spoiled: str | None = None
        self.clock: Any = None
        self.time: ClientsTime | None = None
        self.check: Callable[[OperationModel, dict[str, Any]], None] | None = None
        self.instead: Callable[[str, str, AWSPreparedRequest], dict[str, Any] | None] = lambda *_: (
            None
        )

    def client(self, service: str, region: str | None = None) -> Any:
        """Return a new botocore client that this world answers, without a network."""
        answer = functools.partial(self._carry, service)
        made = None if self.wire else functools.partial(self._call, service)
        return clients.connect(service, region or self.world.region, answer, made)

    def _call(
        self, service: str, client: Any, name: str, params: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Answer a client's call with a value; None: it takes the wire."""
        handler = OPERATIONS.get(service, {}).get(name)
        if handler is None or client.meta.service_model.protocol not in direct.PROTOCOLS:
            return None

        def ask(_model: Any, sent: dict[str, Any]) -> dict[str, Any]:
            url = client.meta.endpoint_url
            return self._here(_operation(service, name), handler, sent, url)

        self._delay_s = 0.0
        self.asked |= {(service, name)} if self.under_test else set()
        try:
            with self.turn:
                found = direct.call(client, name, params, ask)
        except LeftToMotoError:
            self._left_to_moto = True
            return None
        except _SpoiledError as spoiled:
            self._spoiled = spoiled.body  # only the wire carries a body like this one
            return None
        except ClientError:
            self._wait()
            raise
        self._wait()
        return found

    def _carry(self, service: str, request: AWSPreparedRequest) -> AWSResponse:
        """Answer a client without a network: for it, a delay passes in the world's time."""
        answer = self.answer(service, request)
        self._wait()
        return answer

    def _wait(self) -> None:
        delay_s = self.taken_delay_s()
        if delay_s:
            self.advance(delay_s)

    def delay(self, seconds: float) -> None:
        """Delay the answer to the call that is being made."""
        self._delay_s += seconds

    def taken_delay_s(self) -> float:
        """Return how long the answer is delayed; the transport waits that long."""
        delay_s, self._delay_s = self._delay_s, 0.0
        return delay_s

    def advance(self, seconds: float) -> None:
        """Let time pass at once; clients' clocks don't see it."""
        with self.turn:
            if self.time is not None:
                self.time.jump(seconds)
            self.world.run_until(self.world.now + seconds)

    def answer(self, service: str, request: AWSPreparedRequest) -> AWSResponse:
        """Answer one HTTP request.

        Raises:
            ReadTimeoutError: An incident loses the request or its answer.
        """
        with self.turn:
            return self._answer(service, request)

    def _answer(self, service: str, request: AWSPreparedRequest) -> AWSResponse:
        body = request.body or ""
        if isinstance(body, bytes):
            body = body.decode(errors="replace")
        spoiled, self._spoiled = self._spoiled, None
        if spoiled is not None:
            return _response(request.url, 200, spoiled)
        name, values, labels = _action(service, request, body)
        self._delay_s = 0.0
        if self.under_test:
            self.asked.add((service, name))
        handler = OPERATIONS.get(service, {}).get(name)
        try:
            left, self._left_to_moto = self._left_to_moto, False
            if handler is not None and not left:
                model = _operation(service, name)
                params = _parsed(model, request, body, values, labels)
                with contextlib.suppress(LeftToMotoError):
                    result = self._here(model, handler, params, request.url)
                    status = int(model.http.get("responseCode") or 200)
                    return _response(request.url, status, serialize(model, result))
            with self.moto.entered():
                known = self.instead(service, name, request)
            if known is not None:
                return _response(request.url, 200, serialize(_operation(service, name), known))
            ours = self.world.groups.groups
            return moto_answers.answer(self.moto, service, name, request, values.values(), ours)
        except _SpoiledError as error:
            return _response(request.url, 200, error.body)
        except ApiError as error:
            return _error(protocol_of(service), request.url, error)

    def _here(
        self, model: OperationModel, handler: Operation, params: dict[str, Any], url: str
    ) -> dict[str, Any]:
        """Have the world answer, in the clients' time."""
        service = model.service_model.service_name
        self.calls.append(model.name)
        if self.check is not None:
            self.check(model, params)
        if self.time is not None:
            params = retimed(service, params, self.time.meant)
        made = Made(model.name, params, self.under_test)
        if self.keep:
            self.made.append(made)
        result = self._ask(made, model, handler, url)
        if self.time is not None:
            result = retimed(service, result, self.time.shown)
        return result

    def _ask(
        self, made: Made, model: OperationModel, handler: Operation, url: str
    ) -> dict[str, Any]:
        """Query the world, as it is now."""
        if self.clock is not None:
            self.world.run_until(self.clock())
        self.world.quotas.take(made.operation, self.world.now)
        try:
            for gate in self.world.gates if self.under_test else ():
                gate(made.operation, made.params)
            result = handler(self.world, made.params)
        except NoAnswerError as broken:
            # Whether AWS does it or refuses it, the caller doesn't learn.
            with contextlib.suppress(ApiError):
                if broken.done:
                    handler(self.world, made.params)
                    self.done.append(made.operation)
                    made.done = True
            raise ReadTimeoutError(endpoint_url=url) from None
        except SpoiledAnswerError as spoiled:
            text = ""
            with contextlib.suppress(ApiError):
                if spoiled.done:
                    text = serialize(model, handler(self.world, made.params))
                    self.done.append(made.operation)
                    made.done = True
            raise _SpoiledError(spoiled.spoil(text)) from None
        self.done.append(made.operation)
        made.done = made.answered = True
        return result


def _parsed(
    model: OperationModel,
    request: AWSPreparedRequest,
    body: str,
    values: dict[str, str],
    labels: dict[str, str],
) -> dict[str, Any]:
    """Parse an operation's parameters; if their shape is wrong, raise AWS's error."""
    protocol = protocol_of(model.service_model.service_name)
    try:
        params: dict[str, Any] = PROTOCOL_PARSERS[protocol](model).parse(
            {
                "method": request.method,
                "values": MultiDict(values),
                "headers": request.headers,
                "body": body,
                "url_path": "/",
                "url_params": labels,
            }
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        code = {"json": "SerializationException", "rest-json": "ValidationException"}.get(
            protocol, "ValidationError"
        )
        raise ApiError(code, f"A parameter is of the wrong type: {error}") from None
    return params


def _action(
    service: str, request: AWSPreparedRequest, body: str
) -> tuple[str, dict[str, str], dict[str, str]]:
    """Return the operation's name, and the values in the form and in the path, if it has them."""
    target = request.headers.get("X-Amz-Target")
    if target:
        text = target.decode() if isinstance(target, bytes) else target
        return text.rpartition(".")[2], {}, {}
    if service in OPERATIONS and protocol_of(service) == "rest-json":
        found = route(service, str(request.method), request.url)
        query = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
        return found.operation, query, found.labels
    values = dict(parse_qsl(body, keep_blank_values=True))
    return values.get("Action", ""), values, {}


def _response(url: str, status: int, body: str | bytes) -> AWSResponse:
    raw = body.encode() if isinstance(body, str) else body
    return AWSResponse(url, status, {"x-amzn-RequestId": "simulated"}, Body(raw))


def _error(protocol: str, url: str, error: ApiError) -> AWSResponse:
    return _response(url, error.status, error_body(protocol, error))


def error_body(protocol: str, error: ApiError) -> str:
    """Return an error's body in a protocol: JSON in two protocols, XML in the others."""
    if protocol in {"json", "rest-json"}:
        return json.dumps({"__type": error.code, "message": error.message})
    fault = "Receiver" if error.status >= _HTTP_SERVER_ERROR else "Sender"
    told = f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
    if protocol == "ec2":
        return (
            f"<Response><Errors><Error>{told}</Error></Errors>"
            "<RequestID>simulated</RequestID></Response>"
        )
    return (
        f"<ErrorResponse><Error><Type>{fault}</Type>{told}</Error>"
        "<RequestId>simulated</RequestId></ErrorResponse>"
    )
