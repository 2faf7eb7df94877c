"""What `cage render` shows is what is sent."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from cage.aws.shapes import EcsShapes
from cage.options.request import Request
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import REGION, Stage
from cage.rollout.plan import plan
from cage.rollout.rollout import rollout
from cage.rollout.up import up
from cage.runtime.journal import Journal
from ecs_simulator import loop

if TYPE_CHECKING:
    from collections.abc import Callable

SENT = {
    "RegisterTaskDefinition": "register-task-definition",
    "CreateService": "create-service",
    "UpdateService": "update-service",
}


def _run(
    stage: Stage, request: Request, operation: Callable[..., Any]
) -> tuple[dict[str, Any], str]:
    """Run an operation; return the inputs that reached ECS and the revision's ARN."""
    sent: dict[str, Any] = {}

    def note(name: str, params: dict[str, Any]) -> None:
        if name in SENT:
            sent.setdefault(SENT[name], dict(params))

    stage.world.gates.append(note)

    async def main() -> Any:
        return await operation(stage.context(Journal("test")), request)

    result = loop.run(main, at_s=stage.world.now)
    return sent, result.task_definition.arn


def _request(stage: Stage, *, update_service: bool = False) -> Request:
    return Request(
        region=REGION,
        cluster=stage.cluster,
        service=stage.service_name,
        task_definition=stage.task_definition,
        service_definition=stage.definition,
        update_service=update_service,
    )


def test_up_sends_what_is_planned() -> None:
    script = SHAPES["fargate"]()
    stage = Stage(script.service, script.task_definition)
    request = _request(stage)
    sent, arn = _run(stage, request, up)
    planned = plan(request, EcsShapes())
    assert planned["create-service"]["taskDefinition"] == "web"
    assert sent["register-task-definition"] == planned["register-task-definition"]
    assert sent["create-service"].pop("clientToken") == "test"
    assert sent["create-service"] == {**planned["create-service"], "taskDefinition": arn}


def test_a_rollout_sends_what_is_planned() -> None:
    stage = SHAPES["fargate"]().stage()
    request = _request(stage)
    sent, arn = _run(stage, request, rollout)
    planned = plan(request, EcsShapes())
    assert sent["register-task-definition"] == planned["register-task-definition"]
    assert sent["update-service"] == {**planned["update-service"], "taskDefinition": arn}


def test_of_the_planned_settings_a_rollout_sends_those_that_differ() -> None:
    stage = SHAPES["fargate"]().stage()
    stage.service.raw["networkConfiguration"] = {"awsvpcConfiguration": {"subnets": ["old"]}}
    request = _request(stage, update_service=True)
    sent, arn = _run(stage, request, rollout)
    planned = plan(request, EcsShapes())["update-service"]
    assert {"loadBalancers", "networkConfiguration"} <= set(planned)
    assert "desiredCount" not in planned
    network = {"networkConfiguration": planned["networkConfiguration"]}
    named = {key: planned[key] for key in ("cluster", "service")}
    assert sent["update-service"] == {**named, **network, "taskDefinition": arn}


def test_a_revision_that_is_named_is_not_registered() -> None:
    script = SHAPES["fargate"]()
    stage = Stage(script.service, script.task_definition)
    request = dataclasses.replace(_request(stage), task_definition=None, revision="web:4")
    planned = plan(request, EcsShapes())
    assert set(planned) == {"create-service", "update-service"}
    assert planned["update-service"]["taskDefinition"] == "web:4"
