"""Each invariant notices what it is there for, and all of them hold in a rollout that is well."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from cage.model import identity
from cage.model.events import DeploymentLost, HookEnded, HookStarted, ServiceUpdated
from cage.model.outcome import (
    Aborted,
    Interrupted,
    Promoted,
    RolledBack,
    StillFinishing,
    Superseded,
    Unproven,
)
from cage.rehearsal.draws import perform, read
from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.invariants import INVARIANTS, Run, violations
from cage.rehearsal.script import act_on
from cage.rehearsal.shapes import SHAPES
from ecs_simulator.api import Made
from ecs_simulator.world.task_entities import SimTarget

Change = Callable[[Run], Run]


def a_run(text: str = "fargate") -> Run:
    performance = perform(read(text, 1))
    assert performance.broken == ()
    return performance.run


def with_act(run: Run, **differences: Any) -> Run:
    return dataclasses.replace(run, act=dataclasses.replace(run.act, **differences))


def ending(outcome: Any) -> Change:
    def change(run: Run) -> Run:
        assert run.act.result is not None
        finished = dataclasses.replace(run.events[-1], outcome=outcome)
        told = dataclasses.replace(run, events=(*run.events[:-1], finished))
        return with_act(told, result=dataclasses.replace(run.act.result, outcome=outcome))

    return change


def of(text: str, change: Change) -> Change:
    return lambda _run: change(a_run(text))


def without(*kinds: type) -> Change:
    def change(run: Run) -> Run:
        return dataclasses.replace(
            run, events=tuple(event for event in run.events if not isinstance(event, kinds))
        )

    return change


def calling(operation: str, *, done: bool = True, **params: Any) -> Change:
    def change(run: Run) -> Run:
        made = Made(operation, params, under_test=True, done=done, answered=done)
        return with_act(run, made=(*run.act.made, made))

    return change


def a_canary_runs_on(run: Run) -> Run:
    run.canaries()[0].desired_status = "RUNNING"
    return run


def a_target_of_nobody_is_left(run: Run) -> Run:
    (group,) = run.act.stage.world.groups.groups.values()
    group.targets["10.9.9.9", 8080] = SimTarget(("10.9.9.9", 8080), state="unhealthy")
    return run


def a_dead_canary_is_left(run: Run) -> Run:
    first = run.canaries()[0]
    first.desired_status, first.created_s = "RUNNING", 0.0
    first.tags[identity.ROLLOUT_TAG] = "another"
    first.tags[identity.LEASE_TAG] = "long ago"
    return with_act(run, leases_before={first.id: "long ago"})


def a_service_task_is_stopped(run: Run) -> Run:
    return calling("StopTask", task=run.act.stage.service.tasks[0].arn)(run)


def a_service_target_is_deregistered(run: Run) -> Run:
    return with_act(run, parted=("10.0.0.1:8080 of task a",))


def two_canaries(run: Run) -> Run:
    tasks = run.act.stage.world.tasks.all
    first = run.canaries()[0]
    tasks["another"] = dataclasses.replace(first, id="another", created_s=first.created_s + 5)
    return run


def a_canary_that_exited_early(run: Run) -> Run:
    task = run.canaries()[0]
    task.stop_code = "EssentialContainerExited"
    task.entered["DEACTIVATING"] = task.entered["RUNNING"] + 12.0
    return run


def a_canary_that_died_in_silence(run: Run) -> Run:
    run.canaries()[0].stop_code = "SpotInterruption"
    return run


def fewer_serve(run: Run) -> Run:
    return with_act(run, fewest_serving=2)


def scaled(run: Run) -> Run:
    return with_act(run, desired_before=7)


def fewer(run: Run) -> Run:
    return with_act(run, fewest=0)


def more(run: Run) -> Run:
    return with_act(run, fewest=4)


def late(run: Run) -> Run:
    return with_act(run, took_s=1e6)


def without_last_word(run: Run) -> Run:
    return dataclasses.replace(run, events=run.events[:-1])


def never_updated(run: Run) -> Run:
    told = ending(StillFinishing("d", "Paused", "paused"))(run)
    made = tuple(m for m in run.act.made if m.operation != "UpdateService")
    return with_act(told, made=made)


def abandoned_for_its_time(run: Run) -> Run:
    updated = next(e for e in run.events if isinstance(e, ServiceUpdated))
    lost = DeploymentLost(updated.deployment_id, "timed-out", "late")
    return dataclasses.replace(run, events=(*run.events[:-1], lost, run.events[-1]))


def called_wrong(run: Run) -> Run:
    return dataclasses.replace(run, incidents=(CATALOG["bad-image"],))


_UPDATE: dict[str, Any] = {"service": "web", "taskDefinition": "web:9"}


def it_calls_what_the_policy_lacks(run: Run) -> Run:
    run.act.stage.api.asked.add(("ecs", "DeleteCluster"))
    return run


_CASES: list[tuple[str, Change]] = [
    ("policy_allows_every_call", it_calls_what_the_policy_lacks),
    ("no_canary_left", a_canary_runs_on),
    ("what_exits_early_is_never_promoted", a_canary_that_exited_early),
    ("no_death_is_untold", a_canary_that_died_in_silence),
    ("the_canary_serves_while_it_is_needed", fewer_serve),
    ("no_target_left", a_target_of_nobody_is_left),
    ("others_leavings_are_gone", a_dead_canary_is_left),
    ("only_its_own_is_touched", a_service_task_is_stopped),
    ("only_its_own_is_touched", a_service_target_is_deregistered),
    ("only_its_own_is_touched", calling("DeleteService")),
    ("only_its_own_is_touched", calling("UpdateService", desiredCount=1, **_UPDATE)),
    ("only_its_own_is_touched", calling("UpdateService", done=False, service="another")),
    ("nothing_is_done_twice", calling("UpdateService", **_UPDATE)),
    ("nothing_is_done_twice", calling("RegisterTaskDefinition")),
    ("nothing_is_done_twice", two_canaries),
    ("one_canary_at_a_time", two_canaries),
    ("refused_means_nothing_done", ending(Aborted("require", "Busy", "busy"))),
    ("an_unchanged_service_was_not_updated", ending(Aborted("check", "Bad", "bad"))),
    ("every_canary_can_be_recognised", calling("RunTask", group="service:web")),
    ("aborted_means_unchanged", ending(Interrupted("SIGINT", service_changed=False, message="x"))),
    ("the_desired_count_is_the_users", scaled),
    ("cage_takes_no_target", fewer),
    ("ended_in_time", late),
    ("there_is_one_last_word", without_last_word),
    ("verdict_is_true", ending(RolledBack("cage", "web:1", "Bad", "bad"))),
    ("verdict_is_true", ending(Promoted("web:2", "ecs-svc/1"))),
    ("what_is_said_to_be_changed_was_updated", never_updated),
    ("no_good_deployment_is_lost", ending(RolledBack("cage", "web:1", "TimedOut", "late"))),
    (
        "a_wait_loses_no_deployment",
        of(
            "fargate-blue-green",
            ending(RolledBack("ECS", "web:1", "Hook", "a lifecycle hook timed out")),
        ),
    ),
    (
        "a_wait_loses_no_deployment",
        of("fargate-rolling-hooks", ending(Unproven("TimedOut", "late"))),
    ),
    ("a_paused_deployment_has_a_way_on", ending(StillFinishing("d", "Paused", "paused"))),
    ("every_long_wait_is_told", of("fargate-hooks pause-lasts=6h", without(HookStarted))),
    ("every_long_wait_is_told", of("fargate-pauses pause-lasts=6h", without(HookEnded))),
    ("time_is_no_cause", abandoned_for_its_time),
    ("time_is_no_cause", ending(RolledBack("cage", "web:1", "TasksFail", "2 tasks failed"))),
    ("no_fewer_are_told_than_there_were", more),
    ("cage_does_not_break", ending(Aborted("check", "Internal", "Internal error: KeyError"))),
    ("a_failure_says_why", ending(Superseded("ecs-svc/9", "", ""))),
    ("outcome_is_right", called_wrong),
    ("nothing_wrong_ends_well", ending(Aborted("check", "Bad", "bad"))),
]


def test_all_hold_where_nothing_is_wrong() -> None:
    assert violations(a_run()) == []


@pytest.mark.parametrize(("name", "change"), _CASES, ids=[name for name, _ in _CASES])
def test_an_invariant_notices_what_it_is_there_for(name: str, change: Change) -> None:
    said = violations(change(a_run()))
    assert name in {line.partition(":")[0] for line in said}


def test_each_invariant_has_a_case_here() -> None:
    assert {name for name, _ in _CASES} == {invariant.__name__ for invariant in INVARIANTS}


def test_what_is_taken_from_a_task_of_the_services_own_is_noted_at_that_moment() -> None:
    script = SHAPES["fargate"]()
    stage = script.stage()
    host, port = stage.service.tasks[0].registered[0][1]

    def gate(operation: str, _params: dict[str, Any]) -> None:
        if operation == "RegisterTargets":
            stage.world.gates[0]("DeregisterTargets", {"Targets": [{"Id": host, "Port": port}]})

    stage.world.gates.append(gate)
    act = act_on(stage, script)
    assert len(act.parted) == 1
    assert act.parted[0].startswith(f"{host}:{port} of task ")
