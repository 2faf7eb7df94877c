"""Operations of APIs in the REST-JSON protocol: found by their method and path.

Source: Smithy, "HTTP bindings": the `@http` trait and its labels.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from urllib.parse import unquote, urlsplit

from moto.core.utils import get_service_model

_LABEL = re.compile(r"\\?\{(\w+)(\\?\+)?\\?\}")


@dataclasses.dataclass(frozen=True, slots=True)
class Route:
    """The operation that a request is for.

    Attributes:
        operation: Its name; empty if the API has no such operation.
        labels: The values in the path, by their names.
    """

    operation: str
    labels: dict[str, str]


@functools.cache
def _patterns(service: str) -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """Return each operation's name, method and path; paths without a label come first."""
    found = []
    model = get_service_model(service)
    for name in model.operation_names:
        http = model.operation_model(name).http
        path = urlsplit(str(http["requestUri"])).path
        pattern = _LABEL.sub(_as_group, re.escape(path))
        found.append((name, str(http["method"]), re.compile(pattern)))
    return tuple(sorted(found, key=lambda one: one[2].groups))


def _as_group(label: re.Match[str]) -> str:
    return f"(?P<{label[1]}>{'.+' if label[2] else '[^/]+'})"


def route(service: str, method: str, url: str) -> Route:
    """Return the operation of a service that a request is for."""
    path = urlsplit(url).path
    for name, wanted, pattern in _patterns(service):
        found = pattern.fullmatch(path) if wanted == method else None
        if found is not None:
            return Route(name, {key: unquote(value) for key, value in found.groupdict().items()})
    return Route("", {})
