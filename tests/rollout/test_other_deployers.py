"""Services that something else than cage deploys: refused by name, before anything is changed."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

import pytest

from cage.aws.shapes import EcsShapes
from cage.command.rehearse import script_of
from cage.comparison.diff import diff
from cage.comparison.init import init
from cage.model.errors import RefusedError
from cage.model.outcome import Aborted
from cage.options.invocation import Invocation
from cage.options.request import Request
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import REGION, Stage
from cage.rollout.preflight import verify
from cage.rollout.previous_revision import look as look_back
from cage.rollout.rollback import rollback
from cage.rollout.rollout import rollout
from cage.rollout.status import Status, look
from cage.rollout.up import up
from cage.runtime.decisions import Decisions
from cage.wording.status import lines, record
from ecs_simulator import loop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cage.context import Context
    from cage.model.result import Result

_ROLES = {
    f"{kind}RoleArn": f"arn:aws:iam::123456789012:role/{kind}"
    for kind in ("execution", "infrastructure")
}
_CHANGES = {"RegisterTaskDefinition", "RunTask", "StartTask", "UpdateService", "CreateService"}


def _express(stage: Stage) -> None:
    stage.call(
        "create_express_gateway_service",
        cluster=stage.cluster,
        serviceName="other",
        primaryContainer={"image": "nginx"},
        **_ROLES,
    )


def _with_controller(kind: str) -> Callable[[Stage], None]:
    def create(stage: Stage) -> None:
        wanted = {**stage.definition, "serviceName": "other", "taskDefinition": "web:1"}
        wanted["deploymentController"] = {"type": kind}
        if kind == "EXTERNAL":
            moved = ("taskDefinition", "launchType", "networkConfiguration", "loadBalancers")
            of_set = {key: wanted.pop(key) for key in moved}
            wanted.pop("deploymentConfiguration", None)
            stage.call("create_service", **wanted)
            where = {"cluster": stage.cluster, "service": "other"}
            made = stage.call(
                "create_task_set", **where, **of_set, scale={"value": 100, "unit": "PERCENT"}
            )
            name = made["taskSet"]["id"]
            stage.call("update_service_primary_task_set", **where, primaryTaskSet=name)
        else:
            stage.call("create_service", **wanted)

    return create


_KINDS = {
    "CODE_DEPLOY": (
        _with_controller("CODE_DEPLOY"),
        "AWS CodeDeploy",
        "aws deploy create-deployment",
    ),
    "EXTERNAL": (_with_controller("EXTERNAL"), "task sets", "CreateTaskSet"),
    "Express": (_express, "Express Mode", "aws ecs update-express-gateway-service"),
}


def _stage(kind: str) -> Stage:
    stage = SHAPES["fargate"]().stage()
    _KINDS[kind][0](stage)
    stage.world.run_until(stage.world.now + 900)
    return stage


def _request(stage: Stage, **fields: Any) -> Request:
    usual = {"service_definition": stage.definition, "task_definition": stage.task_definition}
    return Request(REGION, stage.cluster, **{"service": "other", **usual, **fields})


def _ask(stage: Stage, ask: Callable[[Context], Any]) -> Any:
    return loop.run(lambda: ask(stage.context().at("other")), at_s=stage.world.now)


def _tell(story: Callable[[Context, Request], Any], request: Request, context: Context) -> Any:
    return story(context, request)


@pytest.mark.parametrize("kind", _KINDS)
def test_rollout_and_rollback_are_refused_before_anything_is_changed(kind: str) -> None:
    _, why, instead = _KINDS[kind]
    stories: tuple[Callable[[Context, Request], Any], ...] = (
        lambda context, request: rollout(context, request, Decisions()),
        rollback,
    )
    for story in stories:
        stage = _stage(kind)
        before, request = len(stage.api.calls), _request(stage)
        result: Result = _ask(stage, functools.partial(_tell, story, request))
        assert isinstance(result.outcome, Aborted)
        assert why in result.outcome.message
        assert instead in result.outcome.message + result.outcome.remedy
        assert _CHANGES.isdisjoint(stage.api.calls[before:])


@pytest.mark.parametrize("kind", _KINDS)
def test_verify_and_the_question_before_a_rollback_are_refused_in_the_same_words(
    kind: str,
) -> None:
    stage, told = _stage(kind), set()
    for ask in (
        lambda context: verify(context, _request(stage)),
        lambda context: look_back(context, None),
    ):
        with pytest.raises(RefusedError) as refused:
            _ask(stage, ask)
        told.add((refused.value.what, refused.value.why, refused.value.next_step))
    ((what, why, instead),) = told
    assert what.startswith("Service other ")
    assert _KINDS[kind][1] in why
    assert _KINDS[kind][2] in instead


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("CODE_DEPLOY", "has the deployment controller CODE_DEPLOY"),
        ("EXTERNAL", "has the deployment controller EXTERNAL"),
        ("Express", "is an Express service"),
    ],
)
def test_status_shows_what_runs_and_who_deploys_it(kind: str, shown: str) -> None:
    stage = _stage(kind)
    status: Status = _ask(stage, look)
    first, deployer, *rest = lines(status)
    assert first.endswith("tasks running, steady")
    assert deployer == f"  cage doesn't roll it out: it {shown}"
    assert status.at_rest
    if kind == "Express":
        return
    assert any(
        "task set ecs-svc/" in line and "(primary) of web:1: steady state, 3 of 3" in line
        for line in rest
    )
    assert any("target group web: " in line for line in rest)
    (task_set,) = record(status)["task_sets"]
    assert (task_set["status"], task_set["running_count"]) == ("PRIMARY", 3)


def test_a_task_set_that_is_still_starting_is_not_steady() -> None:
    stage = SHAPES["fargate"]().stage()
    _with_controller("EXTERNAL")(stage)
    stage.world.run_until(stage.world.now + 20)
    status: Status = _ask(stage, look)
    assert not status.steady
    assert any("stabilizing, 0 of 3 tasks running" in line for line in lines(status))


@pytest.mark.parametrize("kind", ["CODE_DEPLOY", "EXTERNAL"])
def test_up_creates_no_service_that_cage_could_never_roll_out(kind: str) -> None:
    stage = SHAPES["fargate"]().stage()
    definition = {**stage.definition, "deploymentController": {"type": kind}}
    before = len(stage.api.calls)
    result: Result = _ask(stage, lambda c: up(c, _request(stage, service_definition=definition)))
    assert isinstance(result.outcome, Aborted)
    assert f"Service other has the deployment controller {kind}" in result.outcome.message
    assert stage.api.calls[before:] == []


def test_a_controller_that_nobody_knows_yet_is_refused_too() -> None:
    stage = SHAPES["fargate"]().stage()
    stage.service.raw["deploymentController"] = {"type": "QUANTUM"}
    with pytest.raises(RefusedError, match="QUANTUM"):
        loop.run(lambda: verify(stage.context(), _request(stage, service="web")))


def test_the_arn_of_a_managed_daemon_is_not_taken_for_a_service() -> None:
    stage = SHAPES["fargate"]().stage()
    arn = "arn:aws:ecs:us-east-1:123456789012:daemon/main/agent"

    async def require() -> None:
        await stage.context().at(arn).service.require()

    with pytest.raises(RefusedError) as refused:
        loop.run(require)
    assert refused.value.what == "agent is a managed daemon."
    assert "aws ecs update-daemon" in refused.value.next_step


@pytest.mark.parametrize("kind", _KINDS)
def test_init_writes_what_diff_finds_unchanged(kind: str) -> None:
    stage = _stage(kind)
    draft = _ask(stage, lambda context: init(context.service, EcsShapes()))
    request = _request(
        stage, service_definition=draft.service, task_definition=draft.task_definition
    )

    def compare(context: Context) -> Any:
        return diff(context.service, request, EcsShapes())

    found = _ask(stage, compare)
    assert found.exists
    assert found.count == 0, found
    assert draft.service["serviceName"] == "other"


@pytest.mark.parametrize("kind", ["CODE_DEPLOY", "EXTERNAL"])
def test_a_rehearsal_of_such_files_is_refused_in_the_same_words(kind: str, tmp_path: Path) -> None:
    script = SHAPES["fargate"]()
    service = {**script.service, "deploymentController": {"type": kind}}
    (tmp_path / "service.json").write_text(json.dumps(service))
    (tmp_path / "task-definition.json").write_text(json.dumps(dict(script.task_definition)))
    call = Invocation(given={}, environ={}, directory=tmp_path)
    with pytest.raises(RefusedError) as refused:
        script_of(call, seed=0)
    assert refused.value.what == f"Service web has the deployment controller {kind}."
