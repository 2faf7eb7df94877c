"""Given a rollout that died, then it is continued with what it asked for, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cage.checks.approve import ApproveSettings
from cage.checks.requested.http import HttpSettings
from cage.checks.requests import Requested
from cage.model import events
from cage.model.outcome import Aborted, Promoted, Unproven
from cage.options import asked
from cage.options.request import Request
from cage.options.timeouts import Timeouts
from cage.rollout.recovery import resume
from ecs_simulator import loop
from tests.rollout.crashes import AFTER_UPDATE, all_of, canaries, killed, resumed

if TYPE_CHECKING:
    from cage.model.result import Result
    from cage.rehearsal.script import Script
    from cage.rehearsal.stage import Stage

_BEFORE: dict[str, Any] = {"at": "DescribeTargetHealth", "after": "RegisterTargets"}
_APPROVED = Requested(approve=ApproveSettings(timeout_s=600))


def _continued(script: Script, stage: Stage, *, other_settings: bool = False) -> Result:
    return loop.run(
        lambda: resume(stage.context(), script.request, other_settings=other_settings),
        at_s=stage.world.now,
    )


@pytest.mark.parametrize(
    ("differences", "name"),
    [
        ({"checks": _APPROVED}, "approve"),
        ({"checks": Requested(alarms=("errors",))}, "alarms"),
        ({"checks": Requested(http=(HttpSettings(path="/ready"),))}, "http"),
        ({"timeouts": Timeouts(bake_s=60)}, "bake"),
        ({"timeouts": Timeouts(health_check_s=300)}, "task_health_check_timeout"),
        ({"on_failure": "keep"}, "on_failure"),
        ({"lock_as": "ana@laptop"}, "lock"),
    ],
)
def test_a_rollout_is_not_continued_without_what_it_asked_for(
    differences: dict[str, Any], name: str
) -> None:
    def prepare(stage: Stage) -> None:
        stage.alarm("errors")

    script, stage = killed(**_BEFORE, prepare=prepare, **differences)
    plain = script.but(checks=Requested(), timeouts=Timeouts(), on_failure="rollback", lock_as=None)
    result = _continued(plain, stage)
    outcome = result.outcome
    assert isinstance(outcome, Aborted)
    assert "asked for other settings: " in outcome.message
    assert name in outcome.message
    assert "--allow-other-settings" in outcome.remedy
    assert "UpdateService" not in stage.api.done
    assert canaries(stage) != []


def test_it_is_not_continued_with_a_weaker_setting_that_it_did_not_ask_for() -> None:
    script, stage = killed(**_BEFORE)
    outcome = _continued(script.but(verify=False), stage).outcome
    assert isinstance(outcome, Aborted)
    assert "verify" in outcome.message


def test_with_the_same_settings_it_waits_for_approval_again() -> None:
    script, stage = killed(**_BEFORE, checks=_APPROVED)
    result, told = resumed(script, stage)
    assert isinstance(result.outcome, Promoted)
    assert all_of(told, events.ApprovalAwaited)


def test_with_an_explicit_flag_it_is_continued_otherwise() -> None:
    script, stage = killed(**_BEFORE, checks=_APPROVED)
    result = _continued(script.but(checks=Requested()), stage, other_settings=True)
    assert isinstance(result.outcome, Promoted)


def test_after_the_update_only_what_still_counts_must_be_the_same() -> None:
    script, stage = killed(**AFTER_UPDATE, timeouts=Timeouts(bake_s=30))
    result = _continued(script.but(timeouts=Timeouts()), stage)
    assert isinstance(result.outcome, Promoted)


def test_after_the_update_it_is_not_called_unchanged_although_it_is_not_continued() -> None:
    script, stage = killed(**AFTER_UPDATE, timeouts=Timeouts(bake_after_s=60))
    outcome = _continued(script.but(timeouts=Timeouts()), stage).outcome
    assert isinstance(outcome, Unproven)
    assert "asked for other settings: bake_after" in outcome.message


def test_a_canary_that_does_not_say_what_was_asked_for_is_not_promoted() -> None:
    script, stage = killed(**_BEFORE)
    for task in stage.world.tasks.all.values():
        task.tags.pop(asked.TAG, None)
    outcome = _continued(script, stage).outcome
    assert isinstance(outcome, Aborted)
    assert "The settings of rollout" in outcome.message
    assert isinstance(_continued(script, stage, other_settings=True).outcome, Promoted)


def test_many_settings_fit_in_one_tag() -> None:
    everything = Request(
        *("r", "c", "s"),
        checks=Requested(ApproveSettings(9.0), alarms=("a",), http=(HttpSettings(path="/x"),)),
        timeouts=Timeouts(1, 2, 3, 4, 5, 6, 7),
        on_failure="keep",
        lock_as="us",
        verify=False,
        desired_count=4,
        canary_instance="auto",
    )
    value = asked.written(everything)
    assert len(value) <= 256
    assert asked.differing(value, everything, updated=False) == ()
    assert asked.differing(value, Request("r", "c", "s"), updated=False) != ()
