"""Published traces of services on AWS, and their replay in the simulator."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from tests.ecs_simulator.published.data import FILE, Seen, Trace, traces
from tests.ecs_simulator.published.milestones import COUNTED, VOCABULARY
from tests.ecs_simulator.published.plays import PLAYS
from tests.ecs_simulator.published.replay import intervals, play, together

SITUATIONS = {trace.situation.name: trace.situation for trace in traces()}


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_was_seen_is_within_what_the_simulator_does(name: str) -> None:
    seen = [trace for trace in traces() if trace.situation.name == name]
    compared = [i for trace in seen for i in intervals(trace) if not i.after.given]
    differing = [str(i) for i in compared if not i.contained and not i.after.differs]
    assert differing == [], "make it so, or say why it differs: traces.toml"
    agreeing = [str(i) for i in compared if i.contained and i.after.differs]
    assert agreeing == [], "it no longer differs: remove the reason from traces.toml"
    for entry in (e for trace in seen for e in trace.seen if e.count > 1 and e.what in COUNTED):
        assert together(entry, SITUATIONS[name]) != bool(entry.apart), entry


def test_traces_have_known_words_and_a_source_each() -> None:
    for trace in traces():
        assert {entry.what for entry in trace.seen} | set(trace.cut) <= VOCABULARY, trace.name
        assert trace.situation.play in PLAYS, trace.situation.name
        assert re.fullmatch(r"published log|https://\S+", trace.source), trace.name
        assert re.fullmatch(r"unknown|\d{4}-\d\d(-\d\d)?", trace.date), trace.name
    assert len({trace.name for trace in traces()}) == len(traces())


def test_traces_begin_at_0_and_go_forward() -> None:
    for trace in traces():
        times = [entry.at for entry in trace.seen]
        assert times[0] == 0, trace.name
        assert all(earlier <= later for earlier, later in pairwise(times)), trace.name


def test_traces_hold_nobodys_names() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert not re.findall(r"\d{12}|arn:|ecs-svc|\b[0-9a-f]{32}\b", text)


def test_every_situation_and_play_has_a_trace() -> None:
    played = {situation.play for situation in SITUATIONS.values()}
    assert played == set(PLAYS)
    assert len(SITUATIONS) == FILE.read_text(encoding="utf-8").count("[[situations]]")


def test_an_interval_that_the_simulator_never_draws_is_found() -> None:
    situation = SITUATIONS["create-plain"]
    at_once = (Seen(0.0, "called"), Seen(0.0, "running"))
    never = (Seen(0.0, "called"), Seen(30.0, "rolling back"))
    for seen in (at_once, never):
        (interval,) = intervals(Trace("made up", situation, "unknown", "published log", seen))
        assert not interval.contained


def test_a_seed_plays_a_situation_the_same_again() -> None:
    assert play(SITUATIONS["hang-2"], 7) == play(SITUATIONS["hang-2"], 7)
