"""Given a simulated account, when its VPC Lattice is used, then it answers as VPC Lattice does."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from ecs_simulator import Simulator
from tests.ecs_simulator.account import TASK, deploy, shown

_NAMED = {
    **TASK,
    "containerDefinitions": [
        {
            "name": "web",
            "image": "web:1",
            "memory": 256,
            "portMappings": [{"containerPort": 8080, "name": "http"}],
        }
    ],
}
_ROLE = "arn:aws:iam::123456789012:role/lattice"


def _group(simulator: Simulator, name: str = "web", **differences: Any) -> dict[str, Any]:
    config = {"port": 8080, "protocol": "HTTP", "vpcIdentifier": "vpc-12345678", **differences}
    made = simulator.client("vpc-lattice").create_target_group(name=name, type="IP", config=config)
    return dict(made)


def _serve(simulator: Simulator, arn: str) -> Any:
    """Deploy a service of two tasks in a target group, and wait until it is steady."""
    simulator.client("ecs").register_task_definition(**_NAMED)
    entry = {"targetGroupArn": arn, "portName": "http", "roleArn": _ROLE}
    ecs = deploy(simulator, taskDefinition="web:1", vpcLatticeConfigurations=[entry])
    simulator.advance(180)
    return ecs


def test_a_target_group_is_shown_as_it_was_created() -> None:
    simulator = Simulator()
    made = _group(simulator)
    lattice = simulator.client("vpc-lattice")
    for named in (made["id"], made["arn"]):
        found = lattice.get_target_group(targetGroupIdentifier=named)
        assert (found["name"], found["type"], found["status"]) == ("web", "IP", "ACTIVE")
        assert found["config"]["healthCheck"]["healthyThresholdCount"] == 5
        assert found["config"]["vpcIdentifier"] == "vpc-12345678"
    (listed,) = lattice.list_target_groups(targetGroupType="IP")["items"]
    assert listed["createdAt"].year == 2030
    assert lattice.list_target_groups(vpcIdentifier="vpc-87654321")["items"] == []


def test_a_service_s_tasks_join_and_leave_its_target_group() -> None:
    simulator = Simulator()
    arn, lattice = _group(simulator)["arn"], simulator.client("vpc-lattice")
    ecs = _serve(simulator, arn)
    assert shown(ecs)["deployments"][0]["rolloutState"] == "COMPLETED"
    items = lattice.list_targets(targetGroupIdentifier=arn)["items"]
    assert [(i["port"], i["status"]) for i in items] == [(8080, "HEALTHY")] * 2
    ecs.update_service(cluster="main", service="web", desiredCount=1)
    simulator.advance(20)
    items = lattice.list_targets(targetGroupIdentifier=arn)["items"]
    assert sorted(i["status"] for i in items) == ["DRAINING", "HEALTHY"]
    simulator.advance(60)
    assert len(lattice.list_targets(targetGroupIdentifier=arn)["items"]) == 1


def test_without_health_checks_targets_are_unavailable_and_serve() -> None:
    simulator = Simulator()
    arn = _group(simulator, healthCheck={"enabled": False})["arn"]
    ecs, lattice = _serve(simulator, arn), simulator.client("vpc-lattice")
    items = lattice.list_targets(targetGroupIdentifier=arn)["items"]
    assert [i["status"] for i in items] == ["UNAVAILABLE"] * 2
    assert shown(ecs)["deployments"][0]["rolloutState"] == "COMPLETED"


def test_targets_are_registered_and_listed_by_address() -> None:
    simulator = Simulator()
    arn, lattice = _group(simulator)["arn"], simulator.client("vpc-lattice")
    mine = {"id": "10.0.0.9", "port": 80}
    answer = lattice.register_targets(targetGroupIdentifier=arn, targets=[mine])
    assert (answer["successful"], answer["unsuccessful"]) == ([mine], [])
    simulator.advance(120)
    asked = lattice.list_targets(targetGroupIdentifier=arn, targets=[mine, {"id": "10.0.0.8"}])
    assert asked["items"] == [{**mine, "status": "UNHEALTHY", "reasonCode": "HealthCheckFailed"}]


@pytest.mark.parametrize(
    ("operation", "params", "code"),
    [
        ("get_target_group", {"targetGroupIdentifier": "tg-0123456789abcdef1"}, "ResourceNotFound"),
        ("create_target_group", {"name": "web", "type": "IP"}, "ConflictException"),
        ("create_target_group", {"name": "func", "type": "LAMBDA"}, "ValidationException"),
    ],
)
def test_errors_are_those_of_the_api(operation: str, params: dict[str, Any], code: str) -> None:
    simulator = Simulator()
    _group(simulator)
    with pytest.raises(ClientError, match=code):
        getattr(simulator.client("vpc-lattice"), operation)(**params)


def test_a_target_group_in_use_is_not_deleted_and_elb_does_not_know_it() -> None:
    simulator = Simulator()
    arn, lattice = _group(simulator)["arn"], simulator.client("vpc-lattice")
    elb = simulator.client("elbv2")
    assert elb.describe_target_groups()["TargetGroups"] == []
    with pytest.raises(ClientError, match="not a valid target group ARN"):
        elb.describe_target_health(TargetGroupArn=arn)
    ecs = _serve(simulator, arn)
    with pytest.raises(ClientError, match="in use"):
        lattice.delete_target_group(targetGroupIdentifier=arn)
    ecs.delete_service(cluster="main", service="web", force=True)
    simulator.advance(300)
    lattice.delete_target_group(targetGroupIdentifier=arn)
    assert lattice.list_target_groups()["items"] == []


def test_a_service_needs_a_target_group_that_exists() -> None:
    with pytest.raises(ClientError, match="does not exist"):
        _serve(Simulator(), "arn:aws:vpc-lattice:us-east-1:123456789012:targetgroup/tg-0a")
