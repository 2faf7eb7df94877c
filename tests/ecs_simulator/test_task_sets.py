"""Task sets: what an external controller makes of a service, call by call."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from cage.rehearsal.stage import Stage
from tests.ecs_simulator.stages import up, wait, wait_for

_MOVED = ("loadBalancers", "launchType", "networkConfiguration")
_PERCENT = {"unit": "PERCENT"}


def _external() -> Stage:
    """A cluster with an empty service of an external controller, `other`."""
    stage = up()
    wanted = {k: v for k, v in stage.definition.items() if k not in _MOVED}
    wanted |= {"serviceName": "other", "deploymentController": {"type": "EXTERNAL"}}
    wanted.pop("deploymentConfiguration", None)
    stage.call("create_service", **wanted)
    return stage


def _call(stage: Stage, operation: str, **params: Any) -> dict[str, Any]:
    answer: dict[str, Any] = stage.call(operation, cluster=stage.cluster, service="other", **params)
    return answer


def _create(stage: Stage, percent: float) -> str:
    where = {key: stage.definition[key] for key in _MOVED}
    made = _call(
        stage,
        "create_task_set",
        taskDefinition="web:1",
        scale={"value": percent, **_PERCENT},
        **where,
    )
    return str(made["taskSet"]["id"])


def _shown(stage: Stage) -> dict[str, dict[str, Any]]:
    return {s["id"]: s for s in _call(stage, "describe_task_sets")["taskSets"]}


def _service(stage: Stage) -> dict[str, Any]:
    found = stage.call("describe_services", cluster=stage.cluster, services=["other"])
    shown: dict[str, Any] = found["services"][0]
    return shown


def test_a_new_service_has_no_task_definition_and_no_tasks() -> None:
    shown = _service(_external())
    assert (shown["deployments"], shown["taskSets"]) == ([], [])
    assert "taskDefinition" not in shown
    assert shown["runningCount"] == 0


def test_a_task_set_starts_its_share_of_the_desired_count_rounded_up() -> None:
    stage = _external()
    name = _create(stage, 50)
    assert _shown(stage)[name]["computedDesiredCount"] == 2
    wait_for(stage, lambda: _shown(stage)[name]["stabilityStatus"] == "STEADY_STATE")
    assert _shown(stage)[name]["runningCount"] == 2
    assert _service(stage)["runningCount"] == 2


def test_the_primary_task_set_is_what_the_service_shows() -> None:
    stage = _external()
    old, new = _create(stage, 100), _create(stage, 0)
    _call(stage, "update_service_primary_task_set", primaryTaskSet=old)
    _call(stage, "update_task_set", taskSet=new, scale={"value": 100, **_PERCENT})
    _call(stage, "update_service_primary_task_set", primaryTaskSet=new)
    assert {n: s["status"] for n, s in _shown(stage).items()} == {old: "ACTIVE", new: "PRIMARY"}
    assert _service(stage)["taskDefinition"].endswith("/web:1")


def test_a_task_set_that_wants_tasks_is_deleted_by_force_only() -> None:
    stage = _external()
    name = _create(stage, 100)
    wait(stage, 300)
    with pytest.raises(ClientError, match="scaled above 0"):
        _call(stage, "delete_task_set", taskSet=name)
    gone = _call(stage, "delete_task_set", taskSet=name, force=True)["taskSet"]
    assert (gone["status"], gone["computedDesiredCount"]) == ("DRAINING", 0)
    wait_for(stage, lambda: not _shown(stage))
    assert _service(stage)["runningCount"] == 0


def test_the_desired_count_changes_every_task_set() -> None:
    stage = _external()
    name = _create(stage, 100)
    _call(stage, "update_service", desiredCount=1)
    wait(stage, 600)
    assert _shown(stage)[name]["runningCount"] == 1


def test_an_unhealthy_task_of_a_task_set_is_replaced() -> None:
    stage = _external()
    name = _create(stage, 100)
    wait(stage, 300)
    service = stage.world.services[stage.cluster, "other"]
    sick = service.tasks[0]
    sick.plan.reachable = False
    wait_for(stage, lambda: sick.stopped_s is not None)
    wait_for(stage, lambda: _shown(stage)[name]["stabilityStatus"] == "STEADY_STATE")


@pytest.mark.parametrize(
    ("operation", "params", "said"),
    [
        ("update_service", {"taskDefinition": "web:1"}, "EXTERNAL deployment controller"),
        ("update_task_set", {"taskSet": "x", "scale": {"value": 1.0}}, "wasn't found"),
        ("create_task_set", {"taskDefinition": "web:1"}, "Network Configuration"),
    ],
)
def test_what_a_task_set_or_its_service_cannot_be_told_is_refused(
    operation: str, params: dict[str, Any], said: str
) -> None:
    with pytest.raises(ClientError, match=said):
        _call(_external(), operation, **params)


def test_a_service_of_the_controller_ecs_has_no_task_sets() -> None:
    stage = up()
    with pytest.raises(ClientError, match="EXTERNAL"):
        stage.call("describe_task_sets", cluster=stage.cluster, service="web")


def test_a_task_set_that_is_not_there_is_missing() -> None:
    stage = _external()
    answer = _call(stage, "describe_task_sets", taskSets=["ecs-svc/1"])
    assert answer["failures"] == [{"arn": "1", "reason": "MISSING"}]
