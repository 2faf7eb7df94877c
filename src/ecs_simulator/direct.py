"""botocore calls that a world answers as values, without writing and reading them.

Most of a call's time goes into the wire: a request is serialized, parsed, answered, serialized
and parsed again. Where the wire isn't the point, a call is answered with what would have come
out of it: parameters are validated by botocore, and values have the types that its parsers give.
The tests compare both ways.
"""

from __future__ import annotations

import copy
import functools
import threading
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

from botocore.exceptions import ParamValidationError
from botocore.model import OperationModel, Shape
from botocore.validate import ParamValidator

from ecs_simulator.world import ApiError

Convert: TypeAlias = Callable[[Any], Any]
Ask: TypeAlias = Callable[[OperationModel, dict[str, Any]], dict[str, Any]]

_VALIDATOR = ParamValidator()
_HTTP_OK = 200
_WAYS = ("sent", "read")

PROTOCOLS = frozenset({"json", "query", "smithy-rpc-v2-cbor"})
"""The protocols that this stands for."""


def call(client: Any, name: str, given: Mapping[str, Any], ask: Ask) -> dict[str, Any]:
    """Return what a client's method returns when `ask` answers the operation.

    Args:
        name: The operation's name in the API.
        ask: Returns the result, as a value keyed as in the API; raises `ApiError`.

    Raises:
        ClientError: `ask` refuses the call.
        ParamValidationError: botocore would not send these parameters.
    """
    service = client.meta.service_model
    model = service.operation_model(name)
    sent, read = (_walk(service.service_name, service.protocol, way) for way in _WAYS)
    params = dict(given)
    for token in model.idempotent_members:
        params.setdefault(token, str(uuid.uuid4()))
    report = _VALIDATOR.validate(params, model.input_shape)
    if report.has_errors():
        raise ParamValidationError(report=report.generate_report())
    try:
        result = ask(model, sent.of(model.input_shape)(params) or {})
    except ApiError as error:
        told = {"Error": {"Message": error.message, "Code": error.code}}
        told["ResponseMetadata"] = _metadata(error.status)
        raise client.exceptions.from_code(error.code)(told, name) from None
    shape = model.output_shape
    found = (read.of(shape)(result) or {}) if shape is not None else {}
    status = int(model.http.get("responseCode") or _HTTP_OK)
    return {**found, "ResponseMetadata": _metadata(status)}


def _metadata(status: int) -> dict[str, Any]:
    return {
        "RequestId": "simulated",
        "HTTPStatusCode": status,
        "HTTPHeaders": {"x-amzn-requestid": "simulated"},
        "RetryAttempts": 0,
    }


class _Walk:
    """Makes a function for each shape, once, which converts its values.

    Args:
        scalars: The functions of types that aren't structures, lists or maps; others stay.
        keeps_empty: Whether a structure without members crosses the wire.
    """

    def __init__(self, scalars: Mapping[str, Convert], *, keeps_empty: bool) -> None:
        self._scalars = scalars
        self._keeps_empty = keeps_empty
        self._known: dict[str, Convert] = {}
        self._whole: dict[str, Convert] = {}
        self._making = threading.RLock()

    def of(self, shape: Shape) -> Convert:
        """Return the function of a shape. Several threads can ask for it."""
        found = self._whole.get(shape.name)
        if found is not None:
            return found
        with self._making:
            known = self._known.get(shape.name)
            if known is None:
                # A recursive shape finds this one while its own is being made.
                self._known[shape.name] = functools.partial(self._later, shape)
                known = self._known[shape.name] = self._whole[shape.name] = self._made(shape)
            return known

    def _later(self, shape: Shape, value: Any) -> Any:
        return self.of(shape)(value)

    def _made(self, shape: Shape) -> Convert:
        if getattr(shape, "is_document_type", False):  # any JSON
            return copy.deepcopy
        match shape.type_name:
            case "structure":
                return self._structure({name: self.of(one) for name, one in shape.members.items()})
            case "list":
                each = self.of(shape.member)
                return lambda value: [each(one) for one in value]
            case "map":
                each = self.of(shape.value)
                return lambda value: {str(key): each(one) for key, one in value.items()}
            case scalar:
                return self._scalars.get(scalar, _same)

    def _structure(self, members: Mapping[str, Convert]) -> Convert:
        keeps_empty = self._keeps_empty
        order = {name: number for number, name in enumerate(members)}

        def convert(value: Any) -> Any:
            # A result has few of its members, and can have more than the model knows.
            names = [name for name, one in value.items() if one is not None and name in order]
            names.sort(key=order.__getitem__)  # as botocore's parsers do
            found = {}
            for name in names:
                converted = members[name](value[name])
                if converted is not None:
                    found[name] = converted
            return found if found or keeps_empty else None

        return convert


def _same(value: Any) -> Any:
    return value


def _to_milliseconds(value: Any) -> Any:
    """Return a moment as the JSON protocol carries it: in UTC, truncated to milliseconds."""
    if not isinstance(value, datetime):
        return value
    at = value.astimezone(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _naive(value: Any) -> Any:
    """Return a moment as operations get it, in UTC without saying so."""
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


@functools.cache
def _walk(_service: str, protocol: str, way: str) -> _Walk:
    """Return the walk of a service, protocol and way; shapes of two services share names."""
    is_query = protocol == "query"
    scalars: dict[str, Convert] = {"string": str, "integer": int, "long": int} if is_query else {}
    scalars["timestamp"] = _naive if way == "sent" else _to_milliseconds
    return _Walk(scalars, keeps_empty=not is_query)
