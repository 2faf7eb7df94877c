"""Express services: one call makes all of it, and an update shifts traffic."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from cage.rehearsal.stage import Stage
from tests.ecs_simulator.stages import up, wait, wait_for

_ROLES = {
    "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
    "infrastructureRoleArn": "arn:aws:iam::123456789012:role/infrastructure",
}


def _create(stage: Stage, **differences: Any) -> dict[str, Any]:
    asked = {"primaryContainer": {"image": "nginx", "containerPort": 8080}, **_ROLES}
    made = stage.call(
        "create_express_gateway_service",
        cluster=stage.cluster,
        serviceName="other",
        **{k: v for k, v in (asked | differences).items() if v is not None},
    )
    shown: dict[str, Any] = made["service"]
    return shown


def _service(stage: Stage) -> dict[str, Any]:
    found = stage.call("describe_services", cluster=stage.cluster, services=["other"])
    shown: dict[str, Any] = found["services"][0]
    return shown


def test_one_call_makes_a_service_that_ecs_manages() -> None:
    stage = up()
    made = _create(stage)
    assert made["status"] == {"statusCode": "ACTIVE"}
    wait_for(stage, lambda: _service(stage)["runningCount"] == 1)
    shown = _service(stage)
    assert shown["resourceManagementType"] == "ECS"
    assert shown["deploymentConfiguration"]["strategy"] == "CANARY"
    assert shown["loadBalancers"][0]["containerPort"] == 8080
    (configuration,) = made["activeConfigurations"]
    assert (configuration["cpu"], configuration["memory"]) == ("256", "512")


def test_an_update_deploys_another_revision_and_keeps_what_is_not_given() -> None:
    stage = up()
    arn = _create(stage)["serviceArn"]
    wait(stage, 600)
    before = _service(stage)["taskDefinition"]
    changed = stage.call(
        "update_express_gateway_service",
        serviceArn=arn,
        primaryContainer={"image": "nginx:2", "containerPort": 8080},
    )["service"]["targetConfiguration"]
    assert changed["taskDefinitionArn"] != before
    assert changed["executionRoleArn"] == _ROLES["executionRoleArn"]
    service = stage.world.services[stage.cluster, "other"]
    wait_for(stage, lambda: service.primary.rollout_state == "COMPLETED")
    assert _service(stage)["taskDefinition"] == changed["taskDefinitionArn"]


def test_a_deleted_one_drains_and_is_inactive() -> None:
    stage = up()
    arn = _create(stage)["serviceArn"]
    wait(stage, 600)
    gone = stage.call("delete_express_gateway_service", serviceArn=arn)["service"]
    assert gone["status"] == {"statusCode": "DRAINING"}
    wait_for(stage, lambda: _service(stage)["status"] == "INACTIVE")


def test_any_other_service_is_not_an_express_service() -> None:
    stage = up()
    with pytest.raises(ClientError, match="not an Express service"):
        stage.call("describe_express_gateway_service", serviceArn=stage.service.arn)


def test_a_container_or_a_task_definition_is_needed() -> None:
    with pytest.raises(ClientError, match="primaryContainer or taskDefinitionArn"):
        _create(up(), primaryContainer=None)
