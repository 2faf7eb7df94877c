"""ECS's operations at the simulator: what each changes, the others show; and how many there are."""

from __future__ import annotations

import pytest
from botocore.session import get_session

from ecs_simulator import Simulator
from ecs_simulator.operations import OPERATIONS
from tests.ecs_simulator.operations import STORIES, Story

WANTED = 60


def answered(story: Story) -> set[str]:
    """Play a story, and return the operations that took effect in it."""
    with Simulator() as simulator:
        story(simulator)
        return set(simulator.api.done) & set(OPERATIONS["ecs"])


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_what_one_operation_changes_others_show(story: Story) -> None:
    assert answered(story)


def test_each_operation_that_is_simulated_has_a_story() -> None:
    found = {name for story in STORIES for name in answered(story)}
    every = get_session().get_service_model("ecs").operation_names
    print(f"The simulator answers {len(found)} of ECS's {len(every)} operations.")  # noqa: T201  the number that the docs give
    assert found == set(OPERATIONS["ecs"])
    assert len(found) >= WANTED
