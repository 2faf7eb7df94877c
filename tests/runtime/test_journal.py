"""A journal stamps an event, masks it, and hands it to every sink."""

from __future__ import annotations

import dataclasses
import enum
import io
import logging
import types
import typing
from datetime import UTC, datetime
from typing import Any

import anyio
import pytest

from cage.masking.mask import Mask, SecretText
from cage.model.events import Event, Noticed
from cage.reports.report import Output
from cage.reports.selection import known
from cage.runtime.journal import Journal

SECRET = "correct-horse-battery"  # noqa: S105  a stand-in


def classes(union: Any) -> list[type[Any]]:
    """The members of a union, and of the unions in it."""
    members = typing.get_args(union)
    return [c for m in members for c in classes(m)] if members else [union]


def planted(kind: Any, text: str) -> Any:
    """A value of that type that has the text wherever a text can be."""
    if typing.get_origin(kind) is tuple:
        return (planted(typing.get_args(kind)[0], text),)
    if typing.get_origin(kind) in {typing.Union, types.UnionType}:
        return planted(next(m for m in typing.get_args(kind) if m is not types.NoneType), text)
    if dataclasses.is_dataclass(kind):
        hints, make = typing.get_type_hints(kind), typing.cast("Any", kind)
        return make(**{f.name: planted(hints[f.name], text) for f in dataclasses.fields(kind)})
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return next(iter(kind))
    if kind is str:
        return text
    return datetime(2030, 1, 7, tzinfo=UTC) if kind is datetime else kind(1)


def shown(report: str, *events: Event) -> str:
    stream = io.StringIO()
    with known()[report].open(Output(stream)) as sink:
        for event in events:
            sink(event)
    return stream.getvalue()


def every_event(text: str) -> list[Event]:
    """Every event, with the text in each of its texts; one for each outcome that it can have."""
    found: list[Event] = []
    for kind in classes(Event):
        event = planted(kind, text)
        hints = typing.get_type_hints(kind)
        outcomes = classes(hints["outcome"]) if "outcome" in hints else [None]
        found += [
            dataclasses.replace(event, outcome=planted(outcome, text)) if outcome else event
            for outcome in outcomes
        ]
    return found


@pytest.mark.parametrize("text", [SECRET, f"it said {SECRET} again"])
@pytest.mark.parametrize("report", sorted(known()))
def test_a_secret_in_any_text_of_any_event_is_in_no_report(report: str, text: str) -> None:
    journal = Journal("r1", service="web", mask=Mask({"key": SecretText(SECRET)}))
    for event in every_event(text):
        assert SECRET in repr(event)
        masked = journal.stamped(event, event.at)
        assert SECRET not in repr(masked)
        assert SECRET not in shown(report, masked)


@pytest.mark.parametrize("report", ["json", "plain"])
def test_the_events_do_show_their_texts(report: str) -> None:
    assert SECRET in shown(report, *every_event(SECRET))


def tell(journal: Journal, *events: Event) -> list[Event]:
    async def telling() -> list[Event]:
        return [journal.tell(event) for event in events]

    return anyio.run(telling)


def test_every_event_has_its_time_its_operation_and_its_service() -> None:
    heard: list[Event] = []
    journal = Journal("r1", (heard.append,), "web")
    told = tell(journal, Noticed("first"))
    other = tell(journal.about("api"), Noticed("second"))
    assert heard == [*told, *other]
    assert [(event.rollout_id, event.service) for event in heard] == [("r1", "web"), ("r1", "api")]
    assert all(event.at.year > 2000 for event in heard)


def test_a_sink_that_fails_is_logged_once_and_left_out(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[Event] = []

    def fail(_event: Event) -> None:
        heard.append(_event)
        raise ValueError("full")

    caplog.set_level(logging.WARNING, "cage")
    others: list[Event] = []
    told = tell(Journal("r1", (fail, others.append)), Noticed("a"), Noticed("b"))
    assert heard == told[:1]
    assert others == told
    assert caplog.text.count("full") == 1
