"""A service event that holds a secret of the task definition: it is masked wherever it appears."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cage.model import events
from cage.model.events import Event
from cage.rehearsal.shapes import SHAPES
from cage.rollout.status import look
from cage.wording.status import lines, record
from ecs_simulator import loop
from ecs_simulator.world import deployments
from tests.stories import tell

if TYPE_CHECKING:
    from cage.rehearsal.stage import Stage

HIDDEN = "correct-horse-battery"
EVENT = f"was unable to place a task because {HIDDEN} is not an instance type."


def _definition() -> dict[str, Any]:
    task = json.loads(json.dumps(SHAPES["fargate"]().task_definition))
    task["containerDefinitions"][0]["environment"] = [{"name": "NODE", "value": HIDDEN}]
    return dict(task)


def test_it_is_masked_in_progress_and_diagnosis() -> None:
    def prepare(stage: Stage) -> None:
        def say(event: Event) -> None:
            if isinstance(event, events.ServiceUpdated | events.DeploymentLost):
                deployments.tell(stage.world.engine, stage.service, EVENT)

        stage.listeners.append(say)

    story = tell("fargate", "crash-after-promotion", prepare=prepare, task_definition=_definition())
    assert HIDDEN not in repr(story.events)
    notices = [e.message for e in story.events if isinstance(e, events.Noticed)]
    assert any("because *** is not" in message for message in notices)
    (found,) = [e.diagnosis for e in story.events if isinstance(e, events.Diagnosed)]
    assert any("because *** is not" in text for text in found.events)


def test_it_is_masked_in_the_status() -> None:
    stage = SHAPES["fargate"]().but(task_definition=_definition()).stage()
    deployments.tell(stage.world.engine, stage.service, EVENT)
    status = loop.run(lambda: look(stage.context()), at_s=stage.world.now)
    shown = "\n".join((*lines(status), str(record(status))))
    assert HIDDEN not in shown
    assert "because *** is not" in shown
