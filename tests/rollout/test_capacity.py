"""A canary on capacity that ECS scales: it says what it waits for, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cage.model import events
from cage.model.outcome import Aborted, Promoted
from cage.options.timeouts import Timeouts
from ecs_simulator.world import ApiError
from tests.stories import Story, tell

if TYPE_CHECKING:
    from typing import Any

    from cage.rehearsal.stage import Stage

_SCALED = {"ec2-scaled": "my-instances", "managed-instances": "managed"}


def _waits(story: Story) -> list[str]:
    return [e.message for e in story.all(events.WaitProgressed)]


@pytest.mark.parametrize(("shape", "provider"), _SCALED.items())
def test_a_canary_without_a_place_waits_for_an_instance_of_its_provider(
    shape: str, provider: str
) -> None:
    story = tell(shape)
    assert isinstance(story.outcome, Promoted)
    waiting = "the canary task is waiting for an instance of capacity provider "
    assert f"{waiting}{provider} (PROVISIONING)" in _waits(story)


@pytest.mark.parametrize("shape", _SCALED)
def test_no_instance_until_the_time_is_up_leaves_the_service_unchanged(shape: str) -> None:
    story = tell(shape, "capacity-never-comes", timeouts=Timeouts(running_s=300.0))
    assert isinstance(story.outcome, Aborted)
    assert "after 300 s still waiting" in story.outcome.message
    assert "waiting for an instance of capacity provider" in story.outcome.message
    assert "ECS stops the task after 10 to 30 minutes" in story.outcome.remedy
    assert "UpdateService" not in story.act.calls


def test_a_provider_without_managed_scaling_fails_the_canary_soon() -> None:
    story = tell("ec2-provider", "instance-memory")
    assert isinstance(story.outcome, Aborted)
    assert "RESOURCE:MEMORY" in story.outcome.message
    assert story.act.took_s < 900


def test_a_queue_that_is_full_is_a_temporary_cause() -> None:
    def prepare(stage: Stage) -> None:
        text = "Tasks provisioning capacity limit exceeded."

        def gate(operation: str, _params: dict[str, Any]) -> None:
            if operation == "RunTask" and stage.api.calls.count("RunTask") < 2:
                raise ApiError("ClientException", text)

        stage.world.gates.append(gate)

    story = tell("ec2-scaled", prepare=prepare)
    assert isinstance(story.outcome, Promoted)
    assert story.act.calls.count("RunTask") == 2
