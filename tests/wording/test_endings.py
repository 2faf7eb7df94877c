"""The ending: what happened, what to do next, and whether the service was changed."""

from __future__ import annotations

from cage.model.outcome import Aborted, Interrupted, NothingToDo, Promoted, Superseded
from cage.wording.endings import ending


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
