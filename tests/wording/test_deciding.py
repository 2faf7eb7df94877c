"""Each effect of `cage promote` and `cage abort`, in words."""

from __future__ import annotations

import json

import pytest

from cage.reports.jsonl import record_of
from cage.rollout.decision import Deciding, Effect
from cage.runtime.decisions import Decision, Word
from cage.wording.decisions import lines

BY_BOB = {word: Decision(word, "bob\x1b[1m", "2030-01-07T10:00:00Z") for word in Word}


def deciding(word: Word, effect: Effect, *, again: bool = False) -> Deciding:
    return Deciding("main", "web", "r1", "arn", BY_BOB[word], again, effect, "ecs-svc/1")


_FLAGS = "--region eu-west-1 --cluster demo --service web --profile ops"


@pytest.mark.parametrize(
    ("word", "effect", "first", "last"),
    [
        (Word.PROMOTE, Effect.TAKEN, "has updated service web.", "cage status"),
        (Word.PROMOTE, Effect.OVERRULED, "was approved, then aborted;", "roll out again"),
        (Word.PROMOTE, Effect.NOT_NOTICED, "did not respond to promote within 60 s", "cage status"),
        (Word.ABORT, Effect.TAKEN, "is aborted; service web was NOT changed.", "NOT changed"),
        (Word.ABORT, Effect.TOO_LATE, "already changed service web: deployment", "cage rollback"),
        (Word.ABORT, Effect.NOT_NOTICED, "did not respond to abort", "cage status"),
    ],
)
def test_an_effect_is_one_to_three_lines(word: Word, effect: Effect, first: str, last: str) -> None:
    said = lines(deciding(word, effect), _FLAGS)
    assert 1 <= len(said) <= 3
    assert first in said[0]
    assert last in said[-1]
    assert "r1" in said[0]
    assert last.startswith("cage") is (f"{last} {_FLAGS}" in said[-1])


def test_a_repeated_request_names_the_first_one_without_control_characters() -> None:
    said = lines(deciding(Word.ABORT, Effect.TAKEN, again=True), _FLAGS)
    assert said[0] == "bob [1m at 2030-01-07T10:00:00Z requested this before."


def test_json_is_one_object_with_a_schema() -> None:
    shown = json.loads(json.dumps(record_of(deciding(Word.ABORT, Effect.TOO_LATE))))
    assert shown["schema"] == 2
    assert shown["kind"] == "deciding"
    assert (shown["effect"], shown["decision"]["word"]) == ("too-late", "abort")
