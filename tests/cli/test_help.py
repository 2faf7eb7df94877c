"""`cage help` explains commands, exit codes and causes, and says what it knows."""

from __future__ import annotations

import re

import pytest

from cage import runbooks
from cage.cli.fold import Command
from cage.verbs.verb import Verb, verbs
from tests.command_line import run


def told(*arguments: str, code: int = 0) -> str:
    shown = run("help", *arguments)
    assert shown.returncode == code
    return shown.stderr if code else shown.stdout


def test_without_a_topic_it_lists_every_topic() -> None:
    listed = {line.split()[0] for line in told().splitlines() if line.startswith("  ")}
    topics = {name for kind in runbooks.KINDS for name in runbooks.names(kind)}
    assert listed == topics | {verb.name for verb in verbs()}


@pytest.mark.parametrize("verb", verbs(), ids=lambda verb: verb.name)
def test_of_a_command_it_explains_every_flag_that_the_command_accepts(verb: Verb) -> None:
    text = told(verb.name)
    assert text.startswith(f"Usage: cage {verb.name} [OPTIONS]")
    assert verb.summary in " ".join(text.split())
    listed = set(re.findall(r"^  (?:-\w, )?(--[\w-]+)", text, re.MULTILINE))
    accepted = {opt for one in Command(verb).params for opt in one.opts if opt.startswith("--")}
    assert listed - {"--help"} <= accepted
    assert {knob.flag for knob in verb.settings() if not knob.argument} == listed - {"--help"}


@pytest.mark.parametrize("kind", runbooks.KINDS)
def test_of_an_exit_code_or_a_cause_it_prints_the_runbook(kind: str) -> None:
    for name in runbooks.names(kind):
        assert told(name.lower()) == runbooks.text(kind, name)


def test_a_misspelled_topic_is_answered_with_the_nearest_one() -> None:
    assert "Did you mean rollout?" in told("rolout", code=2)


def test_an_unknown_topic_is_answered_with_where_the_topics_are() -> None:
    assert "To list all topics, run: cage help" in told("weather", code=2)
