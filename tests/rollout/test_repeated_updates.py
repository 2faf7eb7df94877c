"""UpdateService has to be repeated, and someone else deploys between two attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cage.model.outcome import Aborted, Promoted, Superseded, Unproven
from cage.rehearsal.incidents.effects import deploy_by_hand
from cage.rehearsal.shapes import SHAPES
from ecs_simulator.world.errors import ApiError, NoAnswerError
from tests.stories import tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from cage.rehearsal.stage import Stage


def _between_attempts(
    error: Exception, then: Callable[[Stage], None], *, update: int = 1
) -> Callable[[Stage], None]:
    """Let one attempt of an update fail, and do something before the next one."""

    def prepare(stage: Stage) -> None:
        seen = [0]

        def gate(operation: str, _params: dict[str, Any]) -> None:
            if operation != "UpdateService":
                return
            seen[0] += 1
            if seen[0] == update:
                stage.world.engine.after(0.05, lambda: then(stage))
                raise error

        stage.world.gates.append(gate)

    return prepare


_THROTTLED = ApiError("ThrottlingException", "Rate exceeded")


def test_a_deployment_of_somebody_else_is_not_overwritten_by_a_repeated_update() -> None:
    story = tell(prepare=_between_attempts(_THROTTLED, deploy_by_hand), holds=False)
    assert isinstance(story.outcome, Aborted)
    assert "someone else" in story.outcome.message
    assert story.act.done.count("UpdateService") == 0


def test_one_whose_answer_was_lost_and_that_was_overtaken_is_not_called_unchanged() -> None:
    lost = NoAnswerError(done=True)
    story = tell(prepare=_between_attempts(lost, deploy_by_hand), holds=False)
    assert isinstance(story.outcome, Unproven | Superseded)
    assert "someone else" in story.outcome.message
    assert story.act.done.count("UpdateService") == 1


@pytest.mark.parametrize("error", [_THROTTLED, NoAnswerError(done=True), NoAnswerError(done=False)])
def test_a_repeated_update_that_nobody_overtakes_is_promoted(error: Exception) -> None:
    story = tell(prepare=_between_attempts(error, lambda _stage: None))
    assert isinstance(story.outcome, Promoted)


def test_the_way_back_overwrites_no_fix_that_came_while_it_was_throttled() -> None:
    story = tell(
        incident="crash-after-promotion",
        service_definition={
            **SHAPES["fargate"]().service,
            "deploymentConfiguration": {"minimumHealthyPercent": 100, "maximumPercent": 200},
        },
        prepare=_between_attempts(_THROTTLED, deploy_by_hand, update=2),
        holds=False,
    )
    assert isinstance(story.outcome, Unproven)
    assert "someone else" in story.outcome.message
    assert story.act.done.count("UpdateService") == 1
