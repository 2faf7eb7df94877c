"""`cage help` explains commands, exit codes and causes, and says what it knows."""

from __future__ import annotations

import pytest

from cage import runbooks
from cage.cli.app import run
from cage.verbs.verb import verbs


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert run(["help", *arguments]) == code
    captured = capsys.readouterr()
    return captured.err if code else captured.out


def test_without_a_topic_it_lists_every_topic(capsys: pytest.CaptureFixture[str]) -> None:
    listed = {line.split()[0] for line in told(capsys).splitlines() if line.startswith("  ")}
    topics = {name for kind in runbooks.KINDS for name in runbooks.names(kind)}
    assert listed == topics | {verb.name for verb in verbs()}


@pytest.mark.parametrize("verb", [verb.name for verb in verbs()])
def test_of_a_command_it_prints_what_the_command_prints_itself(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = told(capsys, verb)
    assert run([verb, "--help"]) == 0
    assert text == capsys.readouterr().out


@pytest.mark.parametrize("kind", runbooks.KINDS)
def test_of_an_exit_code_or_a_cause_it_prints_the_runbook(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in runbooks.names(kind):
        assert told(capsys, name.lower()) == runbooks.text(kind, name)


def test_a_misspelled_topic_is_answered_with_the_nearest_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "Did you mean rollout?" in told(capsys, "rolout", code=2)


def test_an_unknown_topic_is_answered_with_where_the_topics_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "cage help" in told(capsys, "weather", code=2)
