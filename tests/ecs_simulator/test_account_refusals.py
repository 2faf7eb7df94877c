"""What operations on accounts, clusters, providers and instances refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ecs_simulator import Simulator
from tests.ecs_simulator.account import deploy
from tests.ecs_simulator.operations import GROUP


@pytest.fixture
def ecs() -> Iterator[Any]:
    with Simulator() as simulator:
        ecs = deploy(simulator, desiredCount=0)
        provider = {"autoScalingGroupArn": GROUP}
        ecs.create_capacity_provider(name="spot", autoScalingGroupProvider=provider)
        yield ecs


def refused(ecs: Any, operation: str, **params: Any) -> str:
    with pytest.raises(ClientError) as error:
        getattr(ecs, operation)(**params)
    return str(error.value.response["Error"]["Code"])


@pytest.mark.parametrize(
    ("operation", "params", "code"),
    [
        (
            "put_account_setting",
            {"name": "containerInsights", "value": "on"},
            "InvalidParameterException",
        ),
        (
            "put_account_setting",
            {"name": "guardDutyActivate", "value": "on"},
            "InvalidParameterException",
        ),
        ("list_account_settings", {"value": "enabled"}, "InvalidParameterException"),
        (
            "create_capacity_provider",
            {"name": "fargate-own", "autoScalingGroupProvider": {"autoScalingGroupArn": "other"}},
            "InvalidParameterException",
        ),
        (
            "create_capacity_provider",
            {"name": "second", "autoScalingGroupProvider": {"autoScalingGroupArn": GROUP}},
            "ClientException",
        ),
        ("delete_capacity_provider", {"capacityProvider": "FARGATE"}, "InvalidParameterException"),
        (
            "put_cluster_capacity_providers",
            {
                "cluster": "main",
                "capacityProviders": ["unknown"],
                "defaultCapacityProviderStrategy": [],
            },
            "InvalidParameterException",
        ),
        (
            "put_cluster_capacity_providers",
            {
                "cluster": "main",
                "capacityProviders": ["FARGATE"],
                "defaultCapacityProviderStrategy": [{"capacityProvider": "spot"}],
            },
            "InvalidParameterException",
        ),
        (
            "update_cluster_settings",
            {"cluster": "main", "settings": [{"name": "containerInsights", "value": "on"}]},
            "InvalidParameterException",
        ),
        (
            "put_attributes",
            {"cluster": "main", "attributes": [{"name": "stack", "targetId": "unknown"}]},
            "TargetNotFoundException",
        ),
        (
            "list_container_instances",
            {"cluster": "main", "filter": "runningTasksCount > 3"},
            "UnsupportedFeatureException",
        ),
        (
            "execute_command",
            {"cluster": "main", "task": "unknown", "command": "sh", "interactive": True},
            "InvalidParameterException",
        ),
        (
            "submit_task_state_change",
            {"cluster": "main", "task": "unknown"},
            "InvalidParameterException",
        ),
        (
            "register_container_instance",
            {"cluster": "main", "instanceIdentityDocument": "{"},
            "InvalidParameterException",
        ),
    ],
)
def test_a_request_that_ecs_refuses_is_refused_with_its_code(
    ecs: Any, operation: str, params: dict[str, Any], code: str
) -> None:
    assert refused(ecs, operation, **params) == code


def test_a_provider_that_a_service_uses_stays_with_its_cluster(ecs: Any) -> None:
    everything = {"cluster": "main", "defaultCapacityProviderStrategy": []}
    ecs.put_cluster_capacity_providers(**everything, capacityProviders=["FARGATE", "FARGATE_SPOT"])
    ecs.update_service(
        cluster="main",
        service="web",
        forceNewDeployment=True,
        capacityProviderStrategy=[{"capacityProvider": "FARGATE", "weight": 1, "base": 0}],
    )
    code = refused(ecs, "put_cluster_capacity_providers", **everything, capacityProviders=[])
    assert code == "ResourceInUseException"
    ecs.put_cluster_capacity_providers(**everything, capacityProviders=["FARGATE"])
    (found,) = ecs.describe_clusters(clusters=["main"])["clusters"]
    assert found["capacityProviders"] == ["FARGATE"]


def test_a_cluster_with_managed_instances_stays_until_their_provider_is_deleted() -> None:
    with Simulator() as simulator:
        ecs = simulator.client("ecs")
        ecs.create_cluster(clusterName="main")
        template = {"ec2InstanceProfileArn": "arn:aws:iam::1:instance-profile/ecs"}
        provider = {
            "infrastructureRoleArn": "arn:aws:iam::1:role/ecs",
            "instanceLaunchTemplate": {
                **template,
                "networkConfiguration": {"subnets": ["subnet-1"]},
            },
        }
        made = ecs.create_capacity_provider(
            name="managed", cluster="main", managedInstancesProvider=provider
        )["capacityProvider"]
        assert (made["status"], made["updateStatus"]) == ("PROVISIONING", "CREATE_IN_PROGRESS")
        simulator.advance(10)
        (cluster,) = ecs.describe_clusters(clusters=["main"])["clusters"]
        assert cluster["capacityProviders"] == ["managed"]
        assert refused(ecs, "delete_cluster", cluster="main") == "ClientException"
        ecs.delete_capacity_provider(capacityProvider="managed")
        simulator.advance(10)
        assert ecs.delete_cluster(cluster="main")["cluster"]["status"] == "INACTIVE"


def test_an_agent_is_updated_once_and_only_if_its_version_is_known(ecs: Any) -> None:
    def register(**params: Any) -> str:
        made = ecs.register_container_instance(cluster="main", **params)
        return str(made["containerInstance"]["containerInstanceArn"])

    old, unknown = register(versionInfo={"agentVersion": "1.0.0"}), register()
    update = {"cluster": "main", "containerInstance": old}
    ecs.update_container_agent(**update)
    assert refused(ecs, "update_container_agent", **update) == "UpdateInProgressException"
    missing = {"cluster": "main", "containerInstance": unknown}
    assert refused(ecs, "update_container_agent", **missing) == "MissingVersionException"
    (instance,) = ecs.describe_container_instances(cluster="main", containerInstances=[unknown])[
        "containerInstances"
    ]
    assert "agentUpdateStatus" not in instance


def test_a_command_needs_a_task_that_was_started_for_it(ecs: Any) -> None:
    network = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}
    (task,) = ecs.run_task(
        cluster="main", taskDefinition="web", launchType="FARGATE", networkConfiguration=network
    )["tasks"]
    asked = {"cluster": "main", "task": task["taskArn"], "command": "sh", "interactive": True}
    with pytest.raises(ClientError, match="execute command was not enabled"):
        ecs.execute_command(**asked)


def test_a_deleted_revision_is_kept_while_a_service_uses_it() -> None:
    with Simulator() as simulator:
        ecs = deploy(simulator)
        simulator.advance(120)
        ecs.deregister_task_definition(taskDefinition="web:1")
        ecs.delete_task_definitions(taskDefinitions=["web:1"])
        simulator.advance(3600)
        found = ecs.describe_task_definition(taskDefinition="web:1")["taskDefinition"]
        assert found["status"] == "DELETE_IN_PROGRESS"
        ecs.delete_service(cluster="main", service="web", force=True)
        simulator.advance(3600)
        with pytest.raises(ClientError, match="Unable to describe task definition"):
            ecs.describe_task_definition(taskDefinition="web:1")
