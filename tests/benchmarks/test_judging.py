"""Given what a deploy tool reports and what happened, then its report is true or not."""

from __future__ import annotations

import io
import itertools

import pytest

from benchmarks.contest import canaries, look, settle
from benchmarks.judging import Became, Claim, End, claim_in, claim_of, told_the_truth
from cage.model.events import Ended, Event, OperationFinished, OperationStarted
from cage.model.outcome import (
    Aborted,
    Interrupted,
    Outcome,
    Promoted,
    RolledBack,
    Superseded,
    Unproven,
    service_changed,
)
from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.incidents.effects import leave_canary
from cage.rehearsal.script import with_cage, with_update_service
from cage.rehearsal.shapes import SHAPES
from cage.reports.jsonl import JsonLines

ENDED = Ended("rollout", "usage-error", 2, "x", "", "")
WEB_1 = "arn:aws:ecs:us-east-1:123456789012:task-definition/web:1"


def stream(*events: Event) -> str:
    """What cage writes of these events."""
    written = io.StringIO()
    for event in events:
        JsonLines(written)(event)
    return written.getvalue()


@pytest.mark.parametrize(
    ("outcome", "claim"),
    [
        (Promoted(WEB_1, "ecs-svc/1"), Claim.DEPLOYED),
        (Aborted("check", "x", "the canary stopped"), Claim.UNCHANGED),
        (RolledBack("ECS", WEB_1, "x", "tasks failed"), Claim.ROLLED_BACK),
        (Superseded("ecs-svc/2", "x", "another deployment"), Claim.FAILED),
        (Unproven("x", "no answer"), Claim.OPEN),
        (Interrupted("SIGINT", service_changed=False, message="Ctrl-C"), Claim.UNCHANGED),
        (Interrupted("SIGINT", service_changed=True, message="Ctrl-C"), Claim.OPEN),
    ],
)
def test_each_ending_of_cage_is_understood_by_its_outcome(outcome: Outcome, claim: Claim) -> None:
    finished = OperationFinished(outcome, service_changed(outcome), 1.0)
    assert claim_in(stream(finished, ENDED)) is claim


def test_a_stream_without_an_outcome_reports_a_failure_only_if_it_ended() -> None:
    assert claim_in(stream(ENDED)) is Claim.FAILED
    assert claim_in(stream(OperationStarted("rollout", "r", "c"))) is Claim.OPEN
    assert claim_in("") is Claim.OPEN


@pytest.mark.parametrize(
    ("code", "last", "claim"),
    [
        (0, "", Claim.DEPLOYED),
        (255, "Waiter ServicesStable failed: Max attempts exceeded", Claim.OPEN),
        (254, "An error occurred (AccessDeniedException) when calling UpdateService", Claim.FAILED),
        (1, "Deployment failed due to timeout. Please see: https://example.test", Claim.OPEN),
        (1, "Deployment failed", Claim.FAILED),
        (None, "Service web was NOT changed.", Claim.OPEN),
    ],
)
def test_the_other_tools_are_understood_too(code: int | None, last: str, claim: Claim) -> None:
    assert claim_of(code, last) is claim


TRUE = {
    Claim.DEPLOYED: {(Became.NEW, True)},
    Claim.FAILED: set(itertools.product(set(Became) - {Became.NEW}, (True, False))),
    Claim.UNCHANGED: set(itertools.product(Became, (False,))),
    Claim.ROLLED_BACK: {(Became.OLD, True)},
}


@pytest.mark.parametrize("claim", Claim)
def test_a_claim_is_true_or_false_or_open(claim: Claim) -> None:
    for became, touched in itertools.product(Became, (True, False)):
        if became is Became.NEW and not touched:
            continue  # no service runs a revision that was never deployed
        expected = None if claim is Claim.OPEN else (became, touched) in TRUE[claim]
        assert told_the_truth(claim, End(became, touched)) is expected, (became, touched)


@pytest.mark.parametrize(
    ("incident", "end"),
    [
        (None, End(Became.NEW, touched=True)),
        ("bad-image", End(Became.OLD, touched=False)),
        ("crash-after-promotion", End(Became.OLD, touched=True)),
        ("somebody-deploys-first", End(Became.OTHER, touched=False)),
        ("somebody-deploys-over-it", End(Became.OTHER, touched=True)),
    ],
)
def test_the_end_is_what_the_world_knows(incident: str | None, end: End) -> None:
    act = with_cage(SHAPES["fargate"](), CATALOG[incident] if incident else None)
    settle(act.stage)
    assert look(act.stage, old=1) == end
    assert canaries(act.stage) == 0


def test_a_deployment_that_makes_no_progress_is_unsettled() -> None:
    service = {**SHAPES["fargate"]().service, "deploymentConfiguration": {}}
    script = SHAPES["fargate"]().but(service_definition=service)
    act = with_update_service(script, CATALOG["no-capacity"])
    assert look(act.stage, old=1) == End(Became.UNSETTLED, touched=True)


def test_a_canary_that_was_not_cleaned_up_is_counted() -> None:
    stage = SHAPES["fargate"]().stage()
    leave_canary(stage)
    assert canaries(stage) == 1
