"""The ending: what happened, what to do next, and whether the service was changed."""

from __future__ import annotations

import pytest

from cage.model import events
from cage.model.outcome import (
    Aborted,
    Interrupted,
    NothingToDo,
    Outcome,
    Promoted,
    RolledBack,
    Superseded,
    Unproven,
)
from cage.wording.endings import ending, title
from cage.wording.sentences import sentence


def test_an_unfinished_rollout_names_the_command_before_its_last_line() -> None:
    outcome = Interrupted("SIGTERM", service_changed=True, message="SIGTERM came in step prove")
    *_, command, last = ending(outcome, "web", resume="cage resume --service web")
    assert command == "To continue or clean up, run: cage resume --service web"
    assert last.startswith("Service web WAS changed")


def test_nothing_to_resume_takes_two_lines() -> None:
    first, last = ending(NothingToDo("no rollout has left a canary."), "web")
    assert first == "Nothing to resume: no rollout has left a canary."
    assert last == "Service web was NOT changed."


def test_a_service_that_is_brought_up_is_created_and_not_changed() -> None:
    made = Promoted("arn:aws:ecs:us-east-1:123456789012:task-definition/web:1", "ecs-svc/1")
    assert ending(made, "web", operation="up") == (
        "Service web was created and is confirmed running web:1.",
    )
    refused = Aborted("require", "Refused", "Service web already exists")
    assert ending(refused, "web", operation="up")[-1] == "Service web was NOT created."


def test_someone_elses_deployment_is_named_as_theirs() -> None:
    *_, last = ending(Superseded("ecs-svc/1", "Superseded", "it is web:7"), "web")
    assert last == "Service web was changed; someone else has deployed since."


@pytest.mark.parametrize(
    "outcome",
    [
        Aborted("check", "Late", "no answer", inconclusive=True),
        RolledBack("ECS", "web:1", "Crashed", "3 tasks failed"),
        Superseded("ecs-svc/1", "Superseded", "it is web:7"),
        Unproven("Late", "no answer"),
        Interrupted("SIGINT", service_changed=False, message="SIGINT while checking the canary"),
        NothingToDo("no rollout has left a canary."),
    ],
)
def test_the_log_and_the_table_name_an_outcome_alike(outcome: Outcome) -> None:
    assert ending(outcome, "web")[0].startswith(title(outcome))


def test_an_abort_names_what_was_done_then() -> None:
    first, *_ = ending(Aborted("prove", "Late", "no answer", inconclusive=True), "web")
    assert first == "Aborted while confirming the deployment (inconclusive): no answer"


def test_a_signal_after_the_update_says_at_once_that_the_service_has_been_changed() -> None:
    before = sentence(events.SignalReceived("SIGINT", again=False))
    after = sentence(events.SignalReceived("SIGINT", again=False, service_changed=True))
    assert before is not None
    assert after is not None
    assert "changed" not in before
    assert after.startswith("SIGINT: the service HAS been changed; ")
