"""A seed draws a situation, which can be written down, repeated, shrunk and counted."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import weakref

import pytest

from cage.model import identity
from cage.model.errors import UsageError
from cage.model.events import Step, StepStarted
from cage.rehearsal.draws import (
    Coverage,
    Draw,
    Planned,
    describe,
    draw,
    fails_as,
    perform,
    read,
    repeat,
    shrink,
)
from cage.rehearsal.draws.draw import possible
from cage.rehearsal.draws.variations import VARIATIONS
from cage.rehearsal.invariants import INVARIANTS, Run
from cage.rehearsal.shapes import SHAPES
from ecs_simulator.operations.times import EPOCH

_HASH = (
    "import hashlib\n"
    "from cage.rehearsal.draws import draw, perform\n"
    "for seed in range(6):\n"
    "    said = perform(draw(seed))\n"
    "    text = chr(10).join([*said.trace(), *map(repr, said.run.events)])\n"
    "    print(draw(seed), hashlib.sha256(text.encode()).hexdigest())\n"
)


def in_a_fresh_process(hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", _HASH]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def test_a_seed_replays_to_the_identical_trace_in_any_process() -> None:
    first = in_a_fresh_process("1")
    assert first == in_a_fresh_process("4711")
    assert len(set(first.splitlines())) == 6


@pytest.mark.parametrize("seed", [3, 8, 21])
def test_a_seed_replays_to_the_identical_trace_after_others(seed: int) -> None:
    alone = perform(draw(seed))
    perform(draw(seed + 1))
    again = perform(draw(seed))
    assert again.trace() == alone.trace()
    assert again.run.events == alone.run.events
    assert again.fired == alone.fired


def test_nothing_of_a_world_stays_in_memory_once_the_next_one_is_there() -> None:
    worlds = [weakref.ref(perform(draw(seed)).run.act.stage.world) for seed in range(6)]
    gc.collect()
    assert sum(world() is not None for world in worlds) <= 1


def test_every_draw_can_be_written_in_a_line_and_read_again() -> None:
    for seed in range(500):
        drawn = draw(seed)
        assert read(str(drawn), seed) == drawn


def test_the_seeds_draw_every_shape_variation_and_possible_incident() -> None:
    drawn = [draw(seed) for seed in range(5000)]
    assert {d.shape for d in drawn} == set(SHAPES)
    anywhere = {name for shape in SHAPES for name in possible(shape)}
    assert {p.name for d in drawn for p in d.incidents} == anywhere
    assert {len(d.incidents) for d in drawn} == {0, 1, 2, 3}
    values = {(v.name, value) for v in VARIATIONS.values() for value in v.values}
    assert {pair for d in drawn for pair in d.varied} == values


@pytest.mark.parametrize(
    ("name", "value"), [(v.name, value) for v in VARIATIONS.values() for value in v.values]
)
def test_a_variation_alone_changes_something_and_breaks_no_promise(name: str, value: str) -> None:
    shape = next(s for s in SHAPES if VARIATIONS[name].fits(SHAPES[s]()))
    usual, varied = Draw(5, shape), Draw(5, shape, ((name, value),))
    performance = perform(varied)
    assert performance.broken == ()
    prepared = varied.script() == usual.script()
    assert not prepared or performance.trace() != perform(usual).trace()


def test_seeds_can_draw_from_some_shapes_only() -> None:
    shapes = ("fargate-hooks", "fargate-pauses")
    drawn = [draw(seed, shapes) for seed in range(200)]
    assert {d.shape for d in drawn} == set(shapes)
    assert all(p.name in possible(d.shape) for d in drawn for p in d.incidents)


def test_a_pause_times_out_as_an_incident_says_whatever_the_update_sends() -> None:
    performance = perform(
        read("fargate-rolling-hooks update-service=yes pause-expires-continue", 3)
    )
    assert performance.broken == ()
    assert performance.outcome == "Promoted"


def test_only_incidents_that_can_happen_to_a_shape_are_drawn_for_it() -> None:
    assert "spot-interruption" in possible("fargate-spot")
    assert "spot-interruption" not in possible("fargate")
    assert all(p.name in possible(d.shape) for d in map(draw, range(300)) for p in d.incidents)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("barge", "no shape 'barge'"),
        ("fargate sails=3", "no variation 'sails'"),
        ("fargate grace=1h", "no value of grace '1h'"),
        ("fargate iceberg", "no incident 'iceberg'"),
        ("fargate throttling@sunset", "no step 'sunset'"),
        ("fargate throttling@prove+soon", "no time 'soon'"),
        ("", "no shape ''"),
    ],
)
def test_a_text_that_is_no_draws_is_refused_with_what_there_is(text: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        read(text, 0)
    assert said in refused.value.what
    assert "There are: " in refused.value.why


def test_an_incident_happens_from_the_moment_on_that_it_is_planned_for() -> None:
    performance = perform(read("fargate dead-rollout@prove+30", 1))
    assert performance.fired == {("dead-rollout", Step.PROVE)}
    (proving,) = [
        event
        for event in performance.run.events
        if isinstance(event, StepStarted) and event.step is Step.PROVE
    ]
    tasks = performance.run.act.stage.world.tasks.all.values()
    (left,) = [t for t in tasks if t.tags.get(identity.ROLLOUT_TAG) == "another-rollout"]
    since_s = left.created_s - (proving.at - EPOCH).total_seconds()
    assert 30 <= since_s < 45


def test_what_was_drawn_is_told_in_plain_words() -> None:
    performance = perform(read("fargate-no-balancer bad-image spot-interruption", 9))
    said = describe(performance)
    assert said[0] == "seed 9: service shape fargate-no-balancer"
    assert said[1] == "varied: nothing"
    assert said[2].startswith("incident: bad-image (")
    assert said[2].endswith("happened in start")
    assert said[3].endswith("doesn't apply: it doesn't run on Fargate Spot")


def test_a_draw_says_how_it_is_repeated() -> None:
    assert repeat(draw(17)) == "cage rehearse --seed 17"
    other = Draw(17, "fargate", (("grace", "60s"),), (Planned("bad-image"),))
    assert repeat(other) == "cage rehearse --seed 17 --draw 'fargate grace=60s bad-image'"


def throttled_means_broken(run: Run) -> str | None:
    """A planted bug: two calls of a kind that are refused break cage's promise."""
    refused = [m for m in run.act.made if m.operation == "UpdateService" and not m.done]
    return "planted" if len(refused) > 0 else None


def test_a_failure_is_shrunk_to_what_it_takes() -> None:
    planted = (*INVARIANTS, throttled_means_broken)
    found = read(
        "fargate-blue-green grace=60s containers=3 latency=slow "
        "dead-rollout deny-update-service@check+3.4 somebody-scales-up",
        4,
    )
    names = perform(found, (), planted).broken_names
    assert names == {"throttled_means_broken"}
    smallest = shrink(found, fails_as(names, planted))
    assert str(smallest) == "fargate deny-update-service"
    assert smallest.seed == found.seed


def test_shrinking_ends_after_so_many_tries_with_what_it_has() -> None:
    tried: list[Draw] = []

    def fails(candidate: Draw) -> bool:
        tried.append(candidate)
        return False

    found = draw(3)
    assert shrink(found, fails, most=2) == found
    assert len(tried) <= 2


def test_the_coverage_counts_where_each_incident_happened_and_names_what_was_never_met() -> None:
    coverage = Coverage()
    for text in ("fargate bad-image", "fargate-tight bad-image", "ec2-host throttling"):
        coverage.add(perform(read(text, 2)))
    lines = coverage.lines()
    (row,) = [line for line in lines if line.startswith("bad-image ")]
    assert row.split()[-3:] == ["2", "of", str(len(SHAPES))]
    assert coverage.met["bad-image", Step.START, "fargate"] == 1
    never = next(line for line in lines if line.startswith("  bad-image: "))
    assert "fargate-spot" in never
    assert "fargate-tight" not in never
    assert "  bad-image at prove in fargate" in coverage.lines(every=True)


def test_the_coverage_of_two_processes_adds_up() -> None:
    one, other = Coverage(), Coverage()
    one.add(perform(read("fargate bad-image", 2)))
    other.add(perform(read("fargate bad-image", 3)))
    one += other
    assert one.shapes["fargate"] == 2
    assert one.met["bad-image", Step.START, "fargate"] == 2
