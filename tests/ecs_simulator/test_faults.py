"""Faults: each breaks what it names, as often as asked, until it is stopped."""

from __future__ import annotations

import time
from collections.abc import Callable

import botocore.session
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from ecs_simulator import Simulator
from ecs_simulator.faults import Faults
from tests.ecs_simulator.account import deploy, shown, stopped_reasons


@pytest.fixture
def simulator() -> Simulator:
    return Simulator(seed=1)


def test_calls_are_refused_with_the_error_that_is_named(simulator: Simulator) -> None:
    ecs = simulator.client("ecs")
    fault = simulator.faults.refuse(
        "ListClusters", code="AccessDeniedException", message="No.", times=2
    )
    for _ in range(2):
        with pytest.raises(ClientError, match=r"AccessDeniedException.*No\."):
            ecs.list_clusters()
    ecs.list_clusters()
    ecs.describe_clusters()
    assert fault.happened == 2


def test_a_share_of_all_calls_is_throttled_until_it_is_stopped(simulator: Simulator) -> None:
    ecs, refused = simulator.client("ecs"), 0
    fault = simulator.faults.refuse(chance=0.5)
    for _ in range(100):
        simulator.advance(10)
        try:
            ecs.list_clusters()
        except ecs.exceptions.ClientError:
            refused += 1
    assert 25 < refused == fault.happened < 75
    fault.stop()
    fault.stop()
    assert ecs.list_clusters()["clusterArns"] == []


def test_a_lost_request_takes_no_effect_and_a_lost_answer_does(simulator: Simulator) -> None:
    ecs = simulator.client("ecs")
    for done in (False, True):
        simulator.faults.lose("CreateCluster", done=done, times=1)
        with pytest.raises(ReadTimeoutError):
            ecs.create_cluster(clusterName="main")
        assert len(ecs.list_clusters()["clusterArns"]) == done


def test_a_delayed_answer_takes_the_simulator_s_time(simulator: Simulator) -> None:
    simulator.faults.delay("ListClusters", seconds=40, times=1)
    simulator.client("ecs").list_clusters()
    assert simulator.world.now == 40
    simulator.client("ecs").list_clusters()
    assert simulator.world.now == 40


def test_by_the_network_a_delayed_answer_comes_late_and_delays_no_other(
    simulator: Simulator,
) -> None:
    with simulator:
        url = simulator.serve(time_scale=10)
        simulator.faults.delay("ListClusters", seconds=5, times=1)
        client = botocore.session.Session().create_client(
            "ecs",
            region_name="us-east-1",
            endpoint_url=url,
            aws_access_key_id="a",
            aws_secret_access_key="b",  # noqa: S106  it opens nothing
        )
        began = time.perf_counter()
        client.list_clusters()
        assert time.perf_counter() - began >= 0.5


@pytest.mark.parametrize(
    ("begin", "reason"),
    [
        (
            lambda faults: faults.fail_tasks("CannotPullContainerError: not found"),
            "CannotPullContainerError: not found",
        ),
        (lambda faults: faults.exit_tasks(3), "Essential container in task exited"),
    ],
)
def test_new_tasks_fail_and_the_service_never_runs(
    simulator: Simulator, begin: Callable[[Faults], object], reason: str
) -> None:
    begin(simulator.faults)
    ecs = deploy(simulator)
    simulator.advance(120)
    assert reason in stopped_reasons(ecs)
    assert shown(ecs)["deployments"][0]["rolloutState"] == "IN_PROGRESS"


def test_tasks_of_other_families_don_t_fail(simulator: Simulator) -> None:
    fault = simulator.faults.fail_tasks("CannotPullContainerError: not found", of="web:2")
    ecs = deploy(simulator)
    simulator.advance(300)
    assert (shown(ecs)["runningCount"], fault.happened) == (2, 0)


def test_only_so_many_tasks_fail_as_asked(simulator: Simulator) -> None:
    fault = simulator.faults.fail_tasks("CannotPullContainerError: not found", times=1)
    ecs = deploy(simulator)
    simulator.advance(600)
    assert (shown(ecs)["runningCount"], fault.happened) == (2, 1)


@pytest.mark.parametrize("status", [503, None])
def test_a_target_is_unhealthy_whose_task_fails_its_health_checks(
    simulator: Simulator, status: int | None
) -> None:
    simulator.faults.fail_health_checks(status)
    elb = simulator.client("elbv2")
    (group,) = elb.create_target_group(
        Name="web", TargetType="ip", Protocol="HTTP", Port=80, VpcId="vpc-1"
    )["TargetGroups"]
    arn = group["TargetGroupArn"]
    deploy(simulator)
    simulator.advance(200)
    (task, *_) = simulator.world.tasks.all.values()
    elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": task.ipv4, "Port": 80}])
    simulator.advance(120)
    (target,) = elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    assert target["TargetHealth"]["State"] == "unhealthy"


def test_without_capacity_no_task_is_placed_until_there_is_some_again(
    simulator: Simulator,
) -> None:
    fault = simulator.faults.run_out_of_capacity()
    ecs = deploy(simulator)
    simulator.advance(300)
    assert shown(ecs)["runningCount"] == 0
    fault.stop()
    simulator.advance(300)
    assert shown(ecs)["runningCount"] == 2


def test_reads_lag_until_it_is_stopped(simulator: Simulator) -> None:
    ecs = deploy(simulator)
    simulator.advance(300)
    fault = simulator.faults.lag_reads("service", chance=1.0, seconds=30.0)
    simulator.advance(60)
    ecs.update_service(cluster="main", service="web", desiredCount=5)
    assert shown(ecs)["desiredCount"] == 2
    fault.stop()
    assert shown(ecs)["desiredCount"] == 5


def test_something_else_can_come_in_place_of_an_answer_whether_it_took_effect_or_not(
    simulator: Simulator,
) -> None:
    ecs = simulator.client("ecs")
    simulator.faults.spoil("CreateCluster", answer=lambda text: text[:9], done=True, times=1)
    simulator.faults.spoil("DeleteCluster", answer=lambda text: f"<p>{text}</p>", times=1)
    ecs.create_cluster(clusterName="one")
    assert ecs.delete_cluster(cluster="one").keys() == {"ResponseMetadata"}
    assert [c["status"] for c in ecs.describe_clusters(clusters=["one"])["clusters"]] == ["ACTIVE"]
