"""UpdateService: what each setting changes, and whether it begins a deployment."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from cage.rehearsal.stage import Stage
from tests.ecs_simulator.stages import settled, up, update, wait, wait_for

_NETWORK = {"awsvpcConfiguration": {"subnets": ["subnet-0b1c2d3e"], "assignPublicIp": "ENABLED"}}
_REGISTRY = {"registryArn": "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1"}
_METRICS = {"metricNames": ["CPUUtilization"], "resolutionSeconds": 20}

DEPLOYING: dict[str, Any] = {
    "loadBalancers": [],
    "monitoring": {"metricConfigurations": [_METRICS]},
    "networkConfiguration": _NETWORK,
    "platformVersion": "1.4.0",
    "serviceConnectConfiguration": {"enabled": True, "namespace": "internal"},
    "serviceRegistries": [_REGISTRY],
}
QUIET: dict[str, Any] = {
    "availabilityZoneRebalancing": "DISABLED",
    "deploymentConfiguration": {"maximumPercent": 150, "minimumHealthyPercent": 100},
    "desiredCount": 3,
    "enableECSManagedTags": True,
    "enableExecuteCommand": True,
    "healthCheckGracePeriodSeconds": 45,
    "propagateTags": "SERVICE",
}


def steady(**differences: Any) -> Stage:
    """A service without the platform version that its shape has."""
    return up(platformVersion=None, **differences)


def shown(stage: Stage) -> dict[str, Any]:
    found: dict[str, Any] = stage.call("describe_services", cluster="main", services=["web"])
    service: dict[str, Any] = found["services"][0]
    return service


def revision(stage: Stage) -> dict[str, Any]:
    """The newest service revision of the service."""
    target = stage.service.primary.target.arn
    found = stage.call("describe_service_revisions", serviceRevisionArns=[target])
    one: dict[str, Any] = found["serviceRevisions"][0]
    return one


@pytest.mark.parametrize("setting", sorted(DEPLOYING))
def test_a_setting_that_tasks_depend_on_begins_a_deployment_with_a_new_revision(
    setting: str,
) -> None:
    stage = steady()
    before, old = stage.service.primary.id, revision(stage)
    after = update(stage, **{setting: DEPLOYING[setting]})
    assert after.id != before
    assert revision(stage)["serviceRevisionArn"] != old["serviceRevisionArn"]
    wait_for(stage, settled(stage))
    again = update(stage, **{setting: DEPLOYING[setting]})
    assert again.id == after.id


@pytest.mark.parametrize("setting", sorted(QUIET))
def test_a_setting_of_the_scheduler_changes_at_once_and_deploys_nothing(setting: str) -> None:
    stage = steady()
    before = stage.service.primary.id
    assert update(stage, **{setting: QUIET[setting]}).id == before
    now = shown(stage)[setting]
    wanted = QUIET[setting]
    assert wanted.items() <= now.items() if isinstance(wanted, dict) else now == wanted


def test_what_describe_services_doesnt_show_is_in_the_service_revision() -> None:
    stage = steady()
    update(stage, monitoring=DEPLOYING["monitoring"])
    assert "monitoring" not in shown(stage)
    assert revision(stage)["monitoring"] == DEPLOYING["monitoring"]
    wait_for(stage, settled(stage))
    update(stage, monitoring={"metricConfigurations": []})
    assert "monitoring" not in revision(stage) or not revision(stage)["monitoring"].get(
        "metricConfigurations"
    )


def test_an_empty_list_removes_and_an_absent_setting_stays() -> None:
    stage = steady(serviceRegistries=[_REGISTRY], healthCheckGracePeriodSeconds=45)
    update(stage, serviceRegistries=[])
    now = shown(stage)
    assert now["serviceRegistries"] == []
    assert now["healthCheckGracePeriodSeconds"] == 45
    assert now["loadBalancers"]


def test_capacity_providers_change_only_with_a_new_deployment() -> None:
    stage = steady()
    strategy = [{"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}]
    with pytest.raises(ClientError, match="you must force a new deployment"):
        update(stage, capacityProviderStrategy=strategy)
    before = stage.service.primary.id
    assert update(stage, capacityProviderStrategy=strategy, forceNewDeployment=True).id != before
    now = shown(stage)
    assert now["capacityProviderStrategy"] == strategy
    assert "launchType" not in now
    wait_for(stage, settled(stage))
    update(stage, capacityProviderStrategy=[], forceNewDeployment=True)
    assert shown(stage)["launchType"] == "FARGATE"


def test_a_rollback_by_ecs_restores_only_what_a_service_revision_holds() -> None:
    stage = steady(
        deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
    )

    def break_image(task: Any) -> None:
        task.plan.start_failure = ("CannotPullContainerError: not found", "not found")
        task.plan.start_failure_s = 5.0

    stage.world.tasks.behaviors.append(break_image)
    update(stage, platformVersion="1.4.0", healthCheckGracePeriodSeconds=45)
    wait_for(stage, lambda: stage.service.primary.rollback)
    wait(stage, 5)
    now = shown(stage)
    assert now["platformVersion"] == "LATEST"
    assert now["healthCheckGracePeriodSeconds"] == 45
