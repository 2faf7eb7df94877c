"""botocore clients whose requests a simulated account answers, without a network.

Loading AWS's models takes longer than a rollout. A client is made once per service and Region,
and each account gets a copy that shares what never changes.
"""

from __future__ import annotations

import copy
import functools
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeAlias

import botocore
import botocore.session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config

Answer: TypeAlias = Callable[[AWSPreparedRequest], AWSResponse]
Made: TypeAlias = Callable[[Any, str, dict[str, Any]], dict[str, Any] | None]


class _Wire:
    """Carries a client's requests to the account that answers them; botocore's HTTP session."""

    def __init__(self, answer: Answer) -> None:
        self.send = answer

    def close(self) -> None:
        """Close nothing: botocore calls this to close its HTTP session."""


def connect(service: str, region: str, answer: Answer, made: Made | None = None) -> Any:
    """Return a botocore client of its own whose requests `answer` answers.

    Args:
        service: The service's name in botocore, such as `ecs`.
        made: Makes each call (client, operation, parameters) in botocore's place, or returns None.
    """
    pattern = _pattern(service, region)
    events = copy.copy(pattern.meta.events)
    # Event names are the same for all clients, and slow to look up.
    vars(events)["_alias_name_cache"] = vars(pattern.meta.events).get("_alias_name_cache", {})
    meta = _twin(pattern.meta, events=events)
    endpoint = _twin(pattern._endpoint, _event_emitter=events, http_session=_Wire(answer))  # noqa: SLF001  botocore has no other seam
    client = _twin(pattern, meta=meta, _endpoint=endpoint)
    if made is not None:
        by_wire = client._make_api_call  # noqa: SLF001  as above

        def call(operation: str, params: dict[str, Any]) -> Any:
            answered = made(client, operation, params)
            return by_wire(operation, params) if answered is None else answered

        vars(client)["_make_api_call"] = call
    return client


def _twin(thing: Any, **differences: Any) -> Any:
    """Copy an object with its attributes; `copy.copy` stumbles over a client's `__getattr__`."""
    twin = object.__new__(type(thing))
    vars(twin).update(vars(thing) | differences)
    return twin


@functools.cache
def _session() -> Any:
    session = botocore.session.Session()
    session.set_credentials("simulated", "simulated")
    session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_instant)
    mocking = sys.modules.get("moto.core.models")
    if mocking is not None:  # for a user who mocks AWS with moto, it would answer in our place
        session.unregister("before-send", mocking.botocore_stubber)
    return session


@functools.cache
def _pattern(service: str, region: str) -> Any:
    """Make the client that others are copied from. It isn't connected."""
    config = Config(
        retries={"total_max_attempts": 1, "mode": "standard"},
        signature_version=botocore.UNSIGNED,  # signing isn't needed here, and doubles a call's cost
        ignore_configured_endpoint_urls=True,
    )
    return _session().create_client(service, region_name=region, config=config)


def _instant(value: float | str) -> datetime:
    """Read a timestamp of either protocol; botocore's parser takes a quarter of a call's time."""
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    return datetime.fromtimestamp(value, UTC)
