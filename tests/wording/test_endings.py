"""The last words: what happened, what to do next, and whether the service was changed."""

from __future__ import annotations

from cage.model.outcome import Interrupted, NothingToDo, Superseded
from cage.wording.endings import ending


def test_a_rollout_that_is_unfinished_names_the_command_before_its_last_line() -> None:
    outcome = Interrupted("SIGTERM", service_changed=True, message="SIGTERM came in step prove")
    *_, command, last = ending(outcome, "web", resume="cage resume --service web")
    assert command == "To carry on or to clean up: cage resume --service web"
    assert last.startswith("Service web WAS changed")


def test_nothing_to_resume_is_said_in_two_lines() -> None:
    first, last = ending(NothingToDo("no rollout has left a canary."), "web")
    assert first == "Nothing to resume: no rollout has left a canary."
    assert last == "Service web was NOT changed."


def test_what_somebody_else_changed_is_theirs() -> None:
    *_, last = ending(Superseded("ecs-svc/1", "Superseded", "it is web:7"), "web")
    assert last == "Service web was changed, last by somebody else."
