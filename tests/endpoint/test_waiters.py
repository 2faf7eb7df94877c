"""botocore's own waiters on the endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest

from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import REGION
from cage.runtime.clock import wall
from ecs_simulator.endpoint import Endpoint
from tests.endpoint.locally import GROUP

QUICK = {"Delay": 1, "MaxAttempts": 30}
WEB = {"cluster": "main", "services": ["web"]}


@pytest.fixture
def clients() -> Iterator[tuple[Any, Any, str]]:
    """Clients of ECS and ELB on a steady service, and its target group."""
    stage = SHAPES["fargate"]().stage()
    session = botocore.session.Session()
    session.set_credentials("simulated", "simulated")
    with Endpoint(stage.api, scale=1000) as endpoint:
        ecs, elb = (
            session.create_client(name, region_name=REGION, endpoint_url=endpoint.url)
            for name in ("ecs", "elbv2")
        )
        yield ecs, elb, stage.service.load_balancers[0]["targetGroupArn"]
        ecs.close()
        elb.close()


def test_services_stable_after_an_update_and_targets_in_service(clients: Any) -> None:
    ecs, elb, group = clients
    ecs.update_service(cluster="main", service="web", forceNewDeployment=True)
    ecs.get_waiter("services_stable").wait(**WEB, WaiterConfig=QUICK)
    elb.get_waiter("target_in_service").wait(TargetGroupArn=group, WaiterConfig=QUICK)


def test_a_task_runs_then_stops(clients: Any) -> None:
    ecs, _, _ = clients
    network = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}
    made = ecs.run_task(
        cluster="main", taskDefinition="web", launchType="FARGATE", networkConfiguration=network
    )
    asked = {"cluster": "main", "tasks": [made["tasks"][0]["taskArn"]]}
    ecs.get_waiter("tasks_running").wait(**asked, WaiterConfig=QUICK)
    ecs.stop_task(cluster="main", task=asked["tasks"][0])
    ecs.get_waiter("tasks_stopped").wait(**asked, WaiterConfig=QUICK)


def test_services_inactive_after_a_deletion(clients: Any) -> None:
    ecs, _, _ = clients
    ecs.delete_service(cluster="main", service="web", force=True)
    ecs.get_waiter("services_inactive").wait(**WEB, WaiterConfig=QUICK)


def test_a_deregistered_revision_runs_on_and_takes_no_update(clients: Any) -> None:
    ecs, _, _ = clients
    gone = ecs.deregister_task_definition(taskDefinition="web:1")["taskDefinition"]
    assert gone["status"] == "INACTIVE"
    assert ecs.describe_services(**WEB)["services"][0]["runningCount"] == 3
    with pytest.raises(ecs.exceptions.ClientException, match="inactive"):
        ecs.update_service(cluster="main", service="web", taskDefinition="web:1")


def test_clusters_and_target_groups_come_and_go(clients: Any) -> None:
    ecs, elb, group = clients
    assert ecs.create_cluster()["cluster"]["clusterName"] == "default"
    assert len(ecs.list_clusters()["clusterArns"]) == 2
    asked = ecs.describe_clusters(clusters=["main", "nowhere"])
    assert asked["clusters"][0]["runningTasksCount"] == 3
    assert [f["reason"] for f in asked["failures"]] == ["MISSING"]
    with pytest.raises(ecs.exceptions.ClusterContainsServicesException):
        ecs.delete_cluster(cluster="main")
    assert ecs.delete_cluster(cluster="default")["cluster"]["status"] == "INACTIVE"
    with pytest.raises(elb.exceptions.ResourceInUseException):
        elb.delete_target_group(TargetGroupArn=group)
    more = {"Name": "more", "Protocol": "HTTP", "Port": 80, "VpcId": "vpc-1"}
    made = elb.create_target_group(**more, TargetType="ip")["TargetGroups"][0]
    with pytest.raises(elb.exceptions.DuplicateTargetGroupNameException):
        elb.create_target_group(**more)
    elb.delete_target_group(TargetGroupArn=made["TargetGroupArn"])
    with pytest.raises(elb.exceptions.TargetGroupNotFoundException):
        elb.describe_target_groups(TargetGroupArns=[made["TargetGroupArn"]])


def test_timestamps_are_real_however_fast_time_passes(clients: Any) -> None:
    ecs, _, _ = clients
    before = wall()
    updated = ecs.update_service(cluster="main", service="web", forceNewDeployment=True)
    created = updated["service"]["deployments"][0]["createdAt"]
    assert abs((created - before).total_seconds()) < 5


def test_moments_that_a_client_asks_for_are_by_its_own_clock_too(clients: Any) -> None:
    ecs, _, _ = clients
    before = wall()
    ecs.update_service(cluster="main", service="web", forceNewDeployment=True)
    asked = {"cluster": "main", "service": "web"}
    since = ecs.list_service_deployments(**asked, createdAt={"after": before})
    until = ecs.list_service_deployments(**asked, createdAt={"before": before})
    assert (len(since["serviceDeployments"]), len(until["serviceDeployments"])) == (1, 1)


def test_log_lines_have_real_moments() -> None:
    stage = SHAPES["fargate"]().stage()
    stage.world.tasks.logs.write(("group", "stream"), stage.world.now, "ready", ends=True)
    stage.world.run_until(stage.world.now + 5.0)
    session = botocore.session.Session()
    session.set_credentials("simulated", "simulated")
    with Endpoint(stage.api) as endpoint:
        logs = session.create_client("logs", region_name=REGION, endpoint_url=endpoint.url)
        (line,) = logs.get_log_events(logGroupName="group", logStreamName="stream")["events"]
        logs.close()
    assert abs(line["timestamp"] / 1000 - wall().timestamp()) < 60


def test_an_unknown_target_group_is_elbs_own_error(clients: Any) -> None:
    _, elb, _ = clients
    with pytest.raises(elb.exceptions.TargetGroupNotFoundException):
        elb.describe_target_health(TargetGroupArn=GROUP)


def test_a_deregistered_revision_is_shown_and_takes_no_service(clients: Any) -> None:
    ecs, _, _ = clients
    arn = ecs.describe_services(**WEB)["services"][0]["taskDefinition"]
    ecs.deregister_task_definition(taskDefinition=arn)
    seen = ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
    assert seen["status"] == "INACTIVE"
    with pytest.raises(ecs.exceptions.ClientException, match="inactive"):
        ecs.update_service(cluster="main", service="web", taskDefinition=arn)


def test_alarms_are_asked_of_the_simulated_account(clients: Any) -> None:
    ecs, _, _ = clients
    session = botocore.session.Session()
    session.set_credentials("simulated", "simulated")
    url = ecs.meta.endpoint_url
    watch = session.create_client("cloudwatch", region_name=REGION, endpoint_url=url)
    assert watch.describe_alarms(AlarmNames=["none-such"])["MetricAlarms"] == []
    watch.close()
