"""Given a service that must not have a canary, then it is refused, or updated without one."""

from __future__ import annotations

import pytest

from cage.checks.approve import ApproveSettings
from cage.checks.requested.http import HttpSettings
from cage.checks.requests import Requested
from cage.model import events
from cage.model.errors import UsageError
from cage.model.events import CanaryStarted, Diagnosed, Noticed, Step, StepStarted, Verified
from cage.model.outcome import Aborted, Promoted, RolledBack, Severity
from cage.options.contradictions import contradiction
from cage.options.timeouts import Timeouts
from cage.rehearsal.ledger import is_canary
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import Stage
from cage.wording.endings import last_words
from tests.stories import Story, tell

_SINGLETON = "ec2-host"


def _last_line(story: Story) -> str:
    (end,) = story.all(events.OperationFinished)
    return last_words(end)[-1]


def test_a_second_copy_of_a_singleton_is_refused_with_the_choice() -> None:
    story = tell(_SINGLETON, allow_second_copy=False, holds=False)
    outcome = story.outcome
    assert isinstance(outcome, Aborted)
    assert (outcome.step, outcome.reason) == (Step.REQUIRE, "Refused")
    assert "second copy" in outcome.message
    assert "--no-canary" in outcome.remedy
    assert "--allow-second-copy" in outcome.remedy
    assert "RunTask" not in story.act.calls


def test_it_is_refused_without_the_preflight_checks_too() -> None:
    story = tell(_SINGLETON, allow_second_copy=False, verify=False, holds=False)
    assert isinstance(story.outcome, Aborted)
    assert not story.all(CanaryStarted)


def test_the_live_count_decides_and_not_the_files() -> None:
    service = SHAPES["fargate-tight"]().service
    story = tell("fargate-tight", service_definition={**service, "desiredCount": 3})
    assert isinstance(story.outcome, Promoted)

    def scaled_in(stage: Stage) -> None:
        never_two = {"minimumHealthyPercent": 0, "maximumPercent": 100}
        stage.call(
            "update_service",
            cluster=stage.cluster,
            service=stage.service_name,
            desiredCount=1,
            deploymentConfiguration=never_two,
        )
        stage.world.run_until(stage.world.now + 600.0)

    refused = tell("fargate-tight", prepare=scaled_in, holds=False).outcome
    assert isinstance(refused, Aborted)
    assert "second copy" in refused.message


@pytest.mark.parametrize("shape", [_SINGLETON, "ec2-daemon", "fargate", "fargate-blue-green"])
def test_without_a_canary_the_service_is_updated_and_proven(shape: str) -> None:
    story = tell(shape, no_canary=True, allow_second_copy=False, canary_instance=None)
    assert isinstance(story.outcome, Promoted)
    assert not [t for t in story.act.stage.world.tasks.all.values() if is_canary(t)]
    assert story.all(Verified)
    assert "(no canary)" in _last_line(story)
    assert story.act.result is not None
    assert story.act.result.no_canary
    assert any("--no-canary" in event.message for event in story.all(Noticed))


def test_without_a_canary_a_bad_revision_is_explained_and_rolled_back() -> None:
    story = tell("fargate-tight", "essential-exit", no_canary=True, holds=False)
    assert isinstance(story.outcome, RolledBack)
    (found,) = story.all(Diagnosed)
    assert found.diagnosis.cause == "ContainerExited"
    assert found.diagnosis.exit_code
    assert "(no canary)" in _last_line(story)


def test_without_a_canary_the_preflight_checks_still_refuse() -> None:
    story = tell("fargate-furnished", "image-not-in-ecr", no_canary=True, holds=False)
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.step == Step.REQUIRE


@pytest.mark.parametrize(
    ("differences", "flag"),
    [
        ({"checks": Requested(http=(HttpSettings("/"),))}, "--http"),
        ({"checks": Requested(approve=ApproveSettings())}, "--approve"),
        ({"timeouts": Timeouts(bake_s=60.0)}, "--bake"),
    ],
)
def test_what_asks_the_canary_contradicts_no_canary(
    differences: dict[str, object], flag: str
) -> None:
    request = SHAPES["fargate"]().but(no_canary=True, **differences).request
    refused = contradiction(request)
    assert isinstance(refused, UsageError)
    assert refused.what.startswith(f"{flag} and --no-canary")


def test_a_contradiction_ends_before_any_call_is_made() -> None:
    checks = Requested(http=(HttpSettings("/"),))
    story = tell("fargate", no_canary=True, checks=checks, holds=False)
    assert isinstance(story.act.error, UsageError)
    assert not story.act.calls


def test_alarms_and_a_bake_after_the_promotion_need_no_canary() -> None:
    request = SHAPES["fargate"]().but(
        no_canary=True, checks=Requested(alarms=("a",)), timeouts=Timeouts(bake_after_s=60.0)
    )
    assert contradiction(request.request) is None


def test_a_fixed_port_of_a_daemon_is_told_before_and_offered_at_the_abort() -> None:
    task = SHAPES["ec2-daemon"]().task_definition
    (container, *rest) = task["containerDefinitions"]
    fixed = {**container, "portMappings": [{"containerPort": 80, "hostPort": 8080}]}
    definition = {**task, "containerDefinitions": [fixed, *rest]}
    story = tell("ec2-daemon", task_definition=definition, canary_instance="auto", holds=False)
    (verified,) = story.all(Verified)
    (found,) = (f for f in verified.findings if f.verification == "second-copy")
    assert (found.severity, "8080" in found.message) == (Severity.WARNING, True)
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.reason == "PortTaken"
    assert "--no-canary" in story.outcome.remedy
    again = tell("ec2-daemon", task_definition=definition, no_canary=True)
    assert isinstance(again.outcome, Promoted)
    assert [s for s in again.all(StepStarted) if s.step is Step.START] == []
