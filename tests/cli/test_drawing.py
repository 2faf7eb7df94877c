"""`cage rehearse --seed` without a directory: drawn, told, and shrunk where it fails."""

from __future__ import annotations

import dataclasses
import json

import pytest
from click.testing import CliRunner

from cage.cli.app import app
from cage.rehearsal.incidents.catalog import CATALOG
from tests.command_line import run


def test_a_seed_draws_a_situation_tells_its_story_and_says_how_to_repeat_it() -> None:
    told = run("rehearse", "--seed", "12")
    assert told.returncode == 0, told.stderr
    assert "Rolling out web in main" in told.stdout
    assert "\nseed 12: service shape " in told.stdout
    assert told.stdout.endswith("repeat: cage rehearse --seed 12\n")
    assert run("rehearse", "--seed", "12").stdout == told.stdout


def test_a_draw_is_repeated_from_its_line() -> None:
    told = run("rehearse", "--seed", "3", "--draw", "fargate-tight grace=60s bad-image@start+1")
    assert told.returncode == 0, told.stderr
    assert "varied: grace 60s" in told.stdout
    assert "1 s into start" in told.stdout
    repeat = "repeat: cage rehearse --seed 3 --draw 'fargate-tight grace=60s bad-image@start+1'\n"
    assert told.stdout.endswith(repeat)


def test_as_json_the_events_are_alone_on_stdout() -> None:
    told = run("rehearse", "--draw", "fargate bad-image", "--json")
    events = [json.loads(line) for line in told.stdout.splitlines()]
    assert [event["event"] for event in events[-2:]] == ["operation-finished", "ended"]
    assert "outcome: Aborted" in told.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--draw", "barge"), "There is no shape 'barge'"),
        (("--seed", "1", "--incident", "bad-image"), "The seed draws the incidents too"),
        (("examples/web", "--draw", "fargate"), "Remove the directory"),
        ((), "Specify the directory of the definition files, or a --seed"),
    ],
)
def test_what_cant_be_drawn_is_refused(arguments: tuple[str, ...], said: str) -> None:
    refused = run("rehearse", *arguments)
    assert refused.returncode == 2
    assert said in refused.stderr


def test_a_broken_promise_is_shrunk_and_its_shortest_story_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = dataclasses.replace(CATALOG["warming-up"], right=frozenset({"Aborted"}))
    monkeypatch.setitem(CATALOG, "warming-up", wrong)
    text = "fargate-tight containers=3 grace=60s warming-up"
    told = CliRunner().invoke(
        app, ["rehearse", "--seed", "5", "--draw", text], standalone_mode=False
    )
    assert told.return_value.exit_code == 1, told.exception
    assert "BROKEN PROMISE (seed 5): outcome_is_right: warming-up ended as Promoted" in told.stderr
    assert "smallest draw that fails so" in told.stderr
    assert told.stderr.endswith("repeat: cage rehearse --seed 5 --draw 'fargate warming-up'\n")
