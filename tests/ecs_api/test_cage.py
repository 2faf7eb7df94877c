"""What the table says of cage is what cage does."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import cage
import ecs_rules
from cage.aws import translate
from cage.canary.placement import task_request
from cage.model.errors import RefusedError
from cage.model.other_deployers import require_none
from cage.model.outcome import Promoted
from cage.model.tasks import OnCapacityProviders, OnInstance, OnLaunchType
from cage.options.request import Request
from cage.policy.catalog import COMMANDS, calls
from cage.rehearsal.stage import REGION, Stage
from cage.rollout.up import up
from cage.runtime.journal import Journal
from docsite.ecs_api import operations, rows
from ecs_simulator import Simulator, loop
from tests.ecs_api import requests
from tests.ecs_api.model import Member, Value, listed, shapes, values

if TYPE_CHECKING:
    from cage.model.base import Shape
    from cage.model.tasks import Placement

STARTS = ("RunTaskRequest", "StartTaskRequest")
PLACEMENTS = (
    OnCapacityProviders(({"capacityProvider": "FARGATE", "weight": 1, "base": 0},), "1.4.0"),
    OnLaunchType("FARGATE", "1.4.0"),
)


def _of(*words: str) -> set[Member]:
    return {member for row in rows() if row.cage in words for member in row.members}


@functools.cache
def _code() -> str:
    """Return cage's code and ECS's rules, without the rehearsals."""
    found = [
        path.read_text(encoding="utf-8")
        for package in (cage, ecs_rules)
        for path in Path(package.__path__[0]).rglob("*.py")
        if "rehearsal" not in path.parts
    ]
    return "\n".join(found)


@functools.cache
def _files() -> frozenset[Value]:
    """Return what definition files have that have everything."""
    with Simulator() as simulator:
        service = requests.service(simulator)
    found = set(values(shapes("CreateService")[0], service))
    return frozenset(
        found | set(values(shapes("RegisterTaskDefinition")[0], requests.task_definition()))
    )


@functools.cache
def _sent() -> frozenset[Value]:
    """Return what cage sends for such files: cage up, then canary tasks of that service."""
    with Simulator() as simulator:
        service = requests.service(simulator)
    definition = requests.task_definition()
    service["volumeConfigurations"][0]["name"] = definition["volumes"][0]["name"]
    stage = Stage(service, definition)
    stage.api.keep = True

    async def main() -> None:
        request = Request(
            region=REGION,
            cluster=stage.cluster,
            service="web",
            task_definition=definition,
            service_definition=service,
        )
        result = await up(stage.context(Journal("test", ())), request)
        assert isinstance(result.outcome, Promoted)
        instance = stage.world.add_instance(stage.cluster)
        for where in (*PLACEMENTS, OnInstance(instance.arn)):
            await _start(stage, where)

    loop.run(main, at_s=stage.world.now)
    assert {"CreateService", "RunTask", "StartTask"} <= set(stage.api.calls)
    return frozenset(
        value
        for call in stage.api.made
        if call.operation in {"CreateService", "RegisterTaskDefinition", "RunTask", "StartTask"}
        for value in values(shapes(call.operation)[0], call.params)
    )


async def _start(stage: Stage, where: Placement) -> None:
    described = stage.call("describe_services", cluster=stage.cluster, services=["web"])
    revision = stage.call("describe_task_definition", taskDefinition="web")["taskDefinition"]
    constraints = {
        "placementConstraints": [{"type": "distinctInstance"}],
        "placementStrategy": [{"type": "binpack", "field": "cpu"}],
        "propagateTags": "TASK_DEFINITION",
    }
    request = task_request(
        cluster=stage.cluster,
        service=translate.service({**described["services"][0], **constraints}),
        revision=translate.revision(revision),
        where=where,
        group="x",
        started_by="x",
        token="".join(str(where).split())[:60],
        tags={"x": "x"},
    )
    await stage.gateway().ecs.start_task(request)


@pytest.mark.parametrize("member", sorted(_of("used", "told")), ids=".".join)
def test_what_cage_uses_is_named_in_its_code(member: Member) -> None:
    written = f'"{member[1]}"' in _code() or re.search(rf"\b{member[1]}=", _code())
    started = member in {sent for sent, _ in _sent()}
    assert written or started


@pytest.mark.parametrize(
    "member", sorted(_of("passed on") & {m for m, _ in _files()}), ids=".".join
)
def test_what_cage_passes_on_reaches_aws_as_the_files_have_it(member: Member) -> None:
    wanted = {value for value in _files() if value[0] == member}
    assert wanted <= _sent()


def test_the_call_that_starts_a_canary_has_what_the_table_says_and_nothing_else() -> None:
    request = {member for member in listed() if member[0] in STARTS}
    sent = {member for member, _ in _sent() if member[0] in STARTS}
    assert sorted(request & _of("used", "passed on") - sent) == []
    assert sorted(sent & _of("ignored", "refused")) == []


def test_what_cage_refuses_is_what_something_else_deploys() -> None:
    services: list[Shape] = [
        {"resourceManagementType": "ECS"},
        {"deploymentController": {"type": "CODE_DEPLOY"}},
        {"deploymentController": {"type": "EXTERNAL"}},
    ]
    for service in services:
        with pytest.raises(RefusedError):
            require_none(service, "web")
    refused = {("DeploymentController", "type"), ("Service", "resourceManagementType")}
    assert _of("refused") == refused


def test_the_operations_that_cage_uses_are_those_that_its_policy_allows() -> None:
    allowed = {action for command in COMMANDS for action in calls(command)}
    used = {f"ecs:{one.name}" for one in operations() if one.cage == "used"}
    assert used == {action for action in allowed if action.startswith("ecs:")}
