"""Given a text of somebody else, then no terminal and no CI service executes it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cage.model.events import Noticed
from cage.wording.harmless import harmless, harmless_json, harmless_texts
from tests.hostile import COMMANDS, LINES, executed


@pytest.mark.parametrize(
    ("service", "line"), [(name, line) for name, lines in COMMANDS.items() for line in lines]
)
def test_a_command_is_one_and_is_harmless_after(service: str, line: str) -> None:
    assert executed(line), f"{service} would not execute it: the test proves nothing"
    assert executed(harmless(line)) == []
    assert executed(harmless(f"    | {line}")) == []
    assert executed(f"{harmless_json({'message': line})}\n") == []


@pytest.mark.parametrize("line", LINES)
def test_json_keeps_the_text(line: str) -> None:
    assert json.loads(harmless_json([line], 2)) == [line]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("::error::gone", r"\::error::gone"),
        ("it said ##vso[task.complete]", r"it said #\#vso[task.complete]"),
        ("--- Deployed", r"\--- Deployed"),
        ("travis_fold:start:a", r"travis_fold\:start:a"),
        ("a\tb\r\nc", "a b  c"),
    ],
)
def test_a_backslash_breaks_a_command_and_the_rest_can_be_read(line: str, shown: str) -> None:
    assert harmless(line) == shown


@pytest.mark.parametrize(
    "line",
    [
        "connect ECONNREFUSED ::1:5432",
        "listening on :::8080 and [::]:80",
        "std::vector<int>::at: out of range",
        "## Heading, #1 of [3]",
        "a -- b --- c",
        "ready in 3 s: 100 % für Zoë 日本語 🎉",
        "$ sh -c 'exit 1' # [x]",
    ],
)
def test_an_ordinary_line_stays_as_it_is(line: str) -> None:
    assert harmless(line) == line


@given(st.lists(st.sampled_from([*LINES, " ", "#", ":", "::", "[", "x", "\r", "\n", "\u200b"])))
def test_no_mixture_of_commands_is_executed(parts: list[str]) -> None:
    text = "".join(parts)
    assert executed(harmless(text)) == []
    assert harmless(harmless(text)) == harmless(text)
    assert json.loads(harmless_json(text)) == text
    assert executed(harmless_json(text)) == []


def test_a_text_of_an_event_stays_on_its_line() -> None:
    event = Noticed("first\nService web was changed.")
    assert harmless_texts(event).message == "first Service web was changed."
