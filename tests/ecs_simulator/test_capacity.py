"""Capacity that ECS scales: tasks wait in PROVISIONING while instances start, and they go again."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from ecs_simulator import Simulator
from ecs_simulator.world import capacity, placement
from ecs_simulator.world.capacity import bins

_STRATEGY = [{"capacityProvider": "own", "weight": 1}]
_GROUP = "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/own"


class _Account:
    """A cluster with one capacity provider and without instances."""

    def __init__(self, *, managed: dict[str, Any] | None = None, **scaling: Any) -> None:
        self.simulator = Simulator()
        self.ecs = self.simulator.client("ecs")
        self.ecs.create_cluster(clusterName="main")
        if managed is None:
            settings = {"status": "ENABLED", **scaling}
            provider = {"autoScalingGroupArn": _GROUP, "managedScaling": settings}
            self.ecs.create_capacity_provider(name="own", autoScalingGroupProvider=provider)
            self.ecs.put_cluster_capacity_providers(
                cluster="main", capacityProviders=["own"], defaultCapacityProviderStrategy=[]
            )
        else:
            self.ecs.create_capacity_provider(
                name="own", cluster="main", managedInstancesProvider=managed
            )
            self.wait(10)
        self.define("small", cpu=256, memory=512)

    def define(self, family: str, *, cpu: int, memory: int) -> None:
        container = {"name": "app", "image": "app:1", "cpu": cpu, "memory": memory}
        self.ecs.register_task_definition(family=family, containerDefinitions=[container])

    def run(self, family: str = "small", count: int = 1) -> list[dict[str, Any]]:
        answer = self.ecs.run_task(
            cluster="main", taskDefinition=family, count=count, capacityProviderStrategy=_STRATEGY
        )
        assert answer["failures"] == []
        tasks: list[dict[str, Any]] = answer["tasks"]
        return tasks

    def shown(self, task: dict[str, Any]) -> dict[str, Any]:
        found = self.ecs.describe_tasks(cluster="main", tasks=[task["taskArn"]])["tasks"]
        shown: dict[str, Any] = found[0]
        return shown

    def wait(self, seconds: float) -> None:
        self.simulator.advance(seconds)

    @property
    def instances(self) -> int:
        return len(self.simulator.world.clusters["main"])


_MANAGED = {
    "infrastructureRoleArn": "arn:aws:iam::123456789012:role/ecs",
    "instanceLaunchTemplate": {
        "ec2InstanceProfileArn": "arn:aws:iam::123456789012:instance-profile/ecs",
        "networkConfiguration": {"subnets": ["subnet-1"]},
    },
}


def test_a_task_without_a_place_is_provisioning_until_an_instance_has_joined() -> None:
    account = _Account()
    (task,) = account.run()
    account.wait(30)
    waiting = account.shown(task)
    assert waiting["lastStatus"] == "PROVISIONING"
    assert waiting["capacityProviderName"] == "own"
    assert "containerInstanceArn" not in waiting
    account.wait(400)
    running = account.shown(task)
    assert running["lastStatus"] == "RUNNING"
    assert running["containerInstanceArn"]


def test_an_empty_cluster_gets_two_instances_and_the_one_without_tasks_goes_again() -> None:
    account = _Account()
    account.run()
    account.wait(300)
    assert account.instances == 2
    account.wait(1200)
    assert account.instances == 1


def test_the_step_is_no_smaller_and_no_larger_than_the_provider_says() -> None:
    small, large = _Account(minimumScalingStepSize=4), _Account(maximumScalingStepSize=1)
    large.define("large", cpu=4096, memory=1024)
    small.run()
    large.run("large", count=3)
    small.wait(300)
    large.wait(300)
    assert (small.instances, large.instances) == (4, 1)


def test_more_instances_come_only_after_the_latest_have_warmed_up() -> None:
    account = _Account(maximumScalingStepSize=1, instanceWarmupPeriod=600)
    account.define("large", cpu=4096, memory=1024)
    account.run("large", count=2)
    account.wait(500)
    assert account.instances == 1
    account.wait(700)
    assert account.instances == 2


def test_a_target_below_one_hundred_percent_keeps_spare_instances() -> None:
    account = _Account(targetCapacity=50)
    account.define("large", cpu=4096, memory=1024)
    account.run("large", count=2)
    account.wait(2400)
    assert account.instances == 4


def test_without_managed_scaling_a_task_without_a_place_fails_soon() -> None:
    account = _Account(status="DISABLED")
    (task,) = account.run()
    account.wait(120)
    assert account.instances == 0
    assert account.shown(task)["stopCode"] == "TaskFailedToStart"


def test_a_task_that_no_instance_can_hold_waits_for_half_an_hour_at_most() -> None:
    account = _Account()
    account.define("huge", cpu=8192, memory=1024)
    (task,) = account.run("huge")
    account.wait(500)
    assert account.shown(task)["lastStatus"] == "PROVISIONING"
    account.wait(1400)
    stopped = account.shown(task)
    assert stopped["lastStatus"] == "STOPPED"
    assert stopped["stoppedReason"] == "TaskFailedToStart: EMPTY CAPACITY PROVIDER"
    assert account.instances == 0


def test_a_waiting_task_that_is_stopped_needs_no_instance() -> None:
    account = _Account()
    (task,) = account.run()
    account.ecs.stop_task(cluster="main", task=task["taskArn"])
    account.wait(600)
    assert account.shown(task)["lastStatus"] == "STOPPED"
    assert account.instances == 0


def test_more_tasks_than_a_cluster_can_let_wait_are_refused() -> None:
    account = _Account()
    account.define("huge", cpu=8192, memory=1024)
    for _ in range(capacity.MOST_WAITING // 10):
        account.run("huge", count=10)
        account.wait(1)
    with pytest.raises(ClientError, match="Tasks provisioning capacity limit exceeded"):
        account.run("huge")


def test_a_managed_instance_is_as_large_as_its_task_and_goes_when_it_is_told_to() -> None:
    soon = {**_MANAGED, "infrastructureOptimization": {"scaleInAfter": 60}}
    account = _Account(managed=soon)
    account.define("huge", cpu=8192, memory=1024)
    (task,) = account.run("huge")
    account.wait(150)
    shown = account.shown(task)
    assert (shown["lastStatus"], shown["launchType"]) == ("RUNNING", "MANAGED_INSTANCES")
    assert account.instances == 1
    account.ecs.stop_task(cluster="main", task=task["taskArn"])
    account.wait(150)
    assert account.instances == 0


def test_a_managed_instance_that_is_never_to_go_stays() -> None:
    kept = {**_MANAGED, "infrastructureOptimization": {"scaleInAfter": -1}}
    account = _Account(managed=kept)
    (task,) = account.run()
    account.wait(150)
    account.ecs.stop_task(cluster="main", task=task["taskArn"])
    account.wait(7200)
    assert account.instances == 1


def test_a_service_s_tasks_wait_as_any_other() -> None:
    account = _Account()
    account.ecs.create_service(
        cluster="main",
        serviceName="web",
        taskDefinition="small",
        desiredCount=2,
        capacityProviderStrategy=_STRATEGY,
    )
    account.wait(30)

    def service() -> dict[str, Any]:
        found = account.ecs.describe_services(cluster="main", services=["web"])["services"]
        shown: dict[str, Any] = found[0]
        return shown

    assert (service()["pendingCount"], service()["runningCount"]) == (2, 0)
    account.wait(600)
    assert service()["runningCount"] == 2
    assert service()["deployments"][0]["rolloutState"] == "COMPLETED"


@pytest.mark.parametrize(
    ("cpus", "instances"),
    [((), 0), ((1000, 1000), 1), ((3000, 2000, 1000, 2000), 2), ((5000,), 0), ((4096, 1), 2)],
)
def test_instances_are_counted_first_fit_with_the_largest_task_first(
    cpus: tuple[int, ...], instances: int
) -> None:
    needs = [placement.Needs(cpu, 512, frozenset()) for cpu in cpus]
    assert bins(needs, (4096, 16384)) == instances
