"""The report `json`: events as JSON lines, with a versioned schema."""

from __future__ import annotations

import dataclasses
from contextlib import nullcontext
from datetime import datetime
from enum import Enum
from typing import Any, TextIO

from cage.model.base import kind_of
from cage.model.events import SCHEMA, Event
from cage.reports.report import Report
from cage.wording.harmless import harmless_json


def record(event: Event) -> dict[str, Any]:
    """Return the event as JSON types; `event` is its kind, such as `canary-started`."""
    fields = {f.name: getattr(event, f.name) for f in dataclasses.fields(event)}
    at: datetime = fields.pop("at")
    return {
        "schema": SCHEMA,
        "event": kind_of(event),
        "at": at.isoformat(timespec="milliseconds"),
        "rollout_id": fields.pop("rollout_id"),
        "service": fields.pop("service"),
        **{name: _plain(value) for name, value in fields.items()},
    }


def record_of(value: object) -> dict[str, Any]:
    """Return another dataclass as JSON types, with its `kind`."""
    plain: dict[str, Any] = _plain(value)
    return {"schema": SCHEMA, **plain}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {"kind": kind_of(value), **fields}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return round(value, 3)
    return [_plain(v) for v in value] if isinstance(value, tuple) else value


class JsonLines:
    """Writes each event as one line that holds a JSON object."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __call__(self, event: Event) -> None:
        """Write the event."""
        self._stream.write(harmless_json(record(event)) + "\n")
        self._stream.flush()


REPORT = Report(
    "json",
    "Events as JSON lines, for programs.",
    open=lambda output: nullcontext(JsonLines(output.stream)),
)
