"""Given a rollout that AWS drops at any call, then its last words are true and say what to do."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from cage.model import events, identity
from cage.model.outcome import Promoted, StillFinishing
from cage.rehearsal.shapes import SHAPES
from cage.reports.plain import Plain
from ecs_simulator.world import ApiError
from ecs_simulator.world.errors import NoAnswerError
from tests.stories import Story, tell

if TYPE_CHECKING:
    from cage.rehearsal.stage import Stage

_COMMAND = re.compile(r"\b(?:cage [a-z]+|aws [a-z0-9]+ [a-z-]+) --[^\n]*")


def _expired() -> None:
    raise ApiError("ExpiredTokenException", "The security token included in the request is expired")


def _no_answer() -> None:
    raise NoAnswerError(done=False)


def _from(index: int, refuse: Callable[[], None], for_s: float = 1e9) -> Callable[[Stage], None]:
    """Refuse every call from the one of that number on, for so many seconds."""

    def prepare(stage: Stage) -> None:
        made: list[str] = []
        since: list[float] = []

        def gate(operation: str, _params: dict[str, Any]) -> None:
            made.append(operation)
            if len(made) > index:
                since.append(stage.world.now)
                if stage.world.now < since[0] + for_s:
                    refuse()

        stage.world.gates.append(gate)

    return prepare


def _told(shape: str, prepare: Callable[[Stage], None]) -> tuple[Story, list[str]]:
    """Roll out, and return the last words, line by line."""
    shown = io.StringIO()
    story = tell(shape, prepare=prepare, sink=Plain(shown, lambda _event: ""), holds=False)
    before = io.StringIO()
    plain = Plain(before, lambda _event: "")
    for event in story.events:
        if not isinstance(event, events.OperationFinished):
            plain(event)
    said = shown.getvalue().removeprefix(before.getvalue())
    return story, [line.strip() for line in said.splitlines()]


def _calls(shape: str) -> int:
    return len(tell(shape).act.calls)


_CASES = [
    *(("fargate", index) for index in range(0, _calls("fargate"), 2)),
    *(("fargate-blue-green", index) for index in range(0, _calls("fargate-blue-green"), 9)),
    *(("ec2-bridge", index) for index in range(0, _calls("ec2-bridge"), 7)),
]


@pytest.mark.parametrize("refuse", [_expired, _no_answer])
@pytest.mark.parametrize(("shape", "index"), _CASES)
def test_the_last_words_say_the_exact_state_and_one_command(
    shape: str, index: int, refuse: Callable[[], None]
) -> None:
    story, lines = _told(shape, _from(index, refuse))
    text = "\n".join(lines)
    assert not isinstance(story.outcome, Promoted) or "DeregisterTargets" in story.act.calls
    updated = "UpdateService" in story.act.done
    asked = "UpdateService" in story.act.calls
    assert ("NOT changed" in lines[-1]) == (not asked or ("is expired" in text and not updated))
    tasks = story.act.stage.world.tasks.all.values()
    alive = [t.arn for t in tasks if t.group == identity.group("web") and not t.stopping]
    for arn in alive:
        assert f"Canary task {arn} was not cleaned up." in text or "might still be running" in text
    if not alive and "RunTask" not in story.act.calls and "StartTask" not in story.act.calls:
        assert "left behind" not in text
    place = "--cluster main --service web"
    named = SHAPES[shape]().request.canary_instance
    resume = f"cage resume --region us-east-1 {place}"
    resume += f" --canary-instance-arn {named}" if named else ""
    sweep = f"cage sweep --region us-east-1 {place}"
    # A deployment that cage stopped waiting for is named in the command that continues.
    commands = [re.sub(r" --deployment=\S+", "", found) for found in _COMMAND.findall(text)]
    if alive:
        assert commands == [resume if asked and "NOT changed" not in lines[-1] else sweep]
    elif asked and not isinstance(story.outcome, Promoted):
        assert commands in (
            [f"cage status --region us-east-1 {place}"],
            [resume],
        )
    else:
        assert len(commands) <= 1


def test_credentials_that_expire_after_the_update_leave_the_deployment_to_ecs() -> None:
    def prepare(stage: Stage) -> None:
        def gate(_operation: str, _params: dict[str, Any]) -> None:
            if "UpdateService" in stage.api.done:
                _expired()

        stage.world.gates.append(gate)

    story, lines = _told("fargate", prepare)
    outcome = story.outcome
    assert isinstance(outcome, StillFinishing)
    assert outcome.reason == "ExpiredTokenException"
    text = "\n".join(lines)
    assert "Refresh the AWS credentials first." in text
    assert _COMMAND.findall(text) == ["cage resume --region us-east-1 --cluster main --service web"]


@pytest.mark.parametrize("index", range(0, _calls("fargate"), 5))
def test_a_network_that_is_away_for_ten_seconds_changes_nothing(index: int) -> None:
    story, lines = _told("fargate", _from(index, _no_answer, for_s=10.0))
    assert isinstance(story.outcome, Promoted)
    assert lines[-1] == "Service web was changed and is confirmed running web:2."
    waits = [retried.wait_s for retried in story.act.stage.retries]
    assert waits
    assert len(set(waits)) == len(waits)
    assert max(waits) > 2 * min(waits)
