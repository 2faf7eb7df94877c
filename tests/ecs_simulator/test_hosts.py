"""Instances come, are drained and are lost; Fargate Spot takes tasks back; daemons follow."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from cage.rehearsal.stage import Stage
from ecs_simulator.world import hosts, providers
from tests.ecs_simulator.stages import deploy, said, settled, up, update, wait, wait_for


def placed(stage: Stage) -> list[str]:
    """The instances of the service's tasks that stay."""
    return sorted(t.instance.id for t in stage.service.tasks if t.instance and not t.stopping)


def daemon(**differences: Any) -> Stage:
    return up("ec2-bridge", schedulingStrategy="DAEMON", desiredCount=None, **differences)


@pytest.mark.parametrize(
    ("change", "said_of_it"),
    [
        ({"cpu": 0}, "has insufficient CPU units available."),
        ({"memory": 0}, "has insufficient memory available."),
        ({"connected": False}, "doesn't have the agent connected."),
    ],
)
def test_events_say_why_no_instance_took_a_task(change: dict[str, Any], said_of_it: str) -> None:
    stage = up("ec2-bridge")
    for instance in stage.world.clusters["main"]:
        for name, value in change.items():
            setattr(instance, name, value)
    update(stage, desiredCount=4)
    wait(stage, 60)
    told = [e for e in said(stage) if "was unable to place a task" in e]
    assert len(told) == 1
    assert "The closest matching (container-instance " in told[0]
    assert said_of_it in told[0]
    arns = [instance.arn for instance in stage.world.clusters["main"]]
    shown = stage.call("describe_container_instances", cluster="main", containerInstances=arns)
    connected = {one["agentConnected"] for one in shown["containerInstances"]}
    assert connected == {change.get("connected", True)}
    for instance in stage.world.clusters["main"]:
        instance.cpu, instance.memory, instance.connected = 4096, 16384, True
    wait_for(stage, lambda: stage.service.count("RUNNING") == 4)


def test_a_fixed_port_and_the_interfaces_are_taken_once_on_an_instance() -> None:
    stage = up("ec2-host")
    update(stage, desiredCount=9)
    wait(stage, 60)
    assert len(set(placed(stage))) == len(placed(stage)) == 4
    assert any("is already using a port required by your task." in e for e in said(stage))
    stage = up("ec2-awsvpc")
    for instance in stage.world.clusters["main"]:
        instance.enis = 0
    update(stage, desiredCount=4)
    wait(stage, 30)
    assert any('encountered error "RESOURCE:ENI".' in e for e in said(stage))


def test_an_empty_cluster_is_told_of() -> None:
    stage = up("ec2-bridge", desiredCount=0)
    stage.world.clusters["main"].clear()
    update(stage, desiredCount=1)
    wait(stage, 30)
    assert any("No Container Instances were found in your cluster." in e for e in said(stage))


def test_a_drained_instance_loses_its_tasks_only_when_others_serve() -> None:
    stage = up("ec2-bridge")
    drained = next(i for i in stage.world.clusters["main"] if i.id in placed(stage))
    least: list[int] = []
    stage.world.watchers.append(lambda: least.append(stage.world.healthy_targets(stage.service)))
    answer = stage.call(
        "update_container_instances_state",
        cluster="main",
        containerInstances=[drained.arn],
        status="DRAINING",
    )
    assert answer["containerInstances"][0]["status"] == "DRAINING"
    wait_for(stage, lambda: drained.id not in placed(stage))
    wait(stage, 300)
    assert stage.service.count("RUNNING") == 3
    assert min(least) >= 3
    assert hosts.tasks_on(stage.world, drained) == []


def test_a_lost_instance_takes_its_tasks_with_it_and_ecs_replaces_them() -> None:
    stage = up("ec2-bridge")
    lost = next(i for i in stage.world.clusters["main"] if i.id in placed(stage))
    (task, *_) = hosts.tasks_on(stage.world, lost)
    hosts.lose(stage.world, "main", lost)
    shown = stage.call("describe_tasks", cluster="main", tasks=[task.arn])["tasks"][0]
    assert shown["lastStatus"] == "STOPPED"
    assert shown["stopCode"] == "TerminationNotice"
    assert shown["stoppedReason"] == f"Host EC2 (instance {lost.ec2_id}) terminated."
    assert "exitCode" not in shown["containers"][0]
    wait_for(stage, lambda: stage.world.healthy_targets(stage.service) == 3)
    listed = stage.call("list_container_instances", cluster="main")["containerInstanceArns"]
    assert lost.arn not in listed


def test_a_task_on_spot_has_two_minutes_and_is_replaced() -> None:
    stage = up("fargate-spot")
    spot = next(t for t in stage.service.tasks if t.capacity_provider == "FARGATE_SPOT")
    spot.plan.sigterm_s = 500.0
    at_s = stage.world.now
    hosts.interrupt(stage.world, spot)
    wait_for(stage, lambda: spot.stopped_s is not None)
    assert stage.world.now - at_s <= 120
    assert (spot.stop_code, spot.stopped_reason) == (
        "SpotInterruption",
        "Your Spot Task was interrupted.",
    )
    assert {c.exit_code for c in spot.containers} == {137}
    wait_for(stage, lambda: stage.world.healthy_targets(stage.service) == 3)
    on_demand = next(t for t in stage.service.tasks if t.capacity_provider == "FARGATE")
    with pytest.raises(ValueError, match="doesn't run on FARGATE_SPOT"):
        hosts.interrupt(stage.world, on_demand)


def test_a_strategy_fills_its_base_and_then_goes_by_weight() -> None:
    strategy = [
        {"capacityProvider": "FARGATE", "base": 2, "weight": 1},
        {"capacityProvider": "FARGATE_SPOT", "weight": 3},
    ]
    running: list[str] = []
    for _ in range(10):
        running.append(providers.choose(strategy, running))
    assert running[:2] == ["FARGATE", "FARGATE"]
    assert (running.count("FARGATE"), running.count("FARGATE_SPOT")) == (4, 6)


def test_a_daemon_runs_once_on_each_instance_and_follows_them() -> None:
    stage = daemon()
    assert len(set(placed(stage))) == len(placed(stage)) == 4
    added = stage.world.add_instance("main")
    wait_for(stage, lambda: added.id in placed(stage))
    wait(stage, 60)
    hosts.set_state(stage.world, "main", added, "DRAINING")
    wait_for(stage, lambda: added.id not in placed(stage))
    assert stage.service.desired == 4
    deploy(stage)
    wait_for(stage, settled(stage))
    assert len(set(placed(stage))) == 4
    assert {t.revision.number for t in stage.service.tasks if not t.stopping} == {2}


def test_a_daemon_takes_no_count_and_no_fargate() -> None:
    stage = daemon()
    with pytest.raises(ClientError, match="does not support a desired count"):
        update(stage, desiredCount=2)
    with pytest.raises(ClientError, match="only supports a maximumPercent of 100"):
        update(stage, deploymentConfiguration={"maximumPercent": 200})
    fargate = up()
    with pytest.raises(ClientError, match="not supported on Fargate"):
        fargate.call(
            "create_service",
            cluster="main",
            serviceName="other",
            taskDefinition="web:1",
            launchType="FARGATE",
            schedulingStrategy="DAEMON",
        )


def test_an_instance_with_tasks_is_deregistered_only_by_force() -> None:
    stage = up("ec2-bridge")
    busy = next(i for i in stage.world.clusters["main"] if i.id in placed(stage))
    named = {"cluster": "main", "containerInstance": busy.arn}
    with pytest.raises(ClientError, match="Found running tasks"):
        stage.call("deregister_container_instance", **named)
    stage.call("deregister_container_instance", force=True, **named)
    wait_for(stage, lambda: stage.world.healthy_targets(stage.service) == 3)


def test_tasks_are_packed_or_kept_apart_as_the_service_asks() -> None:
    packed = up("ec2-bridge", placementStrategy=[{"type": "binpack", "field": "memory"}])
    assert len(set(placed(packed))) == 1
    apart = up("ec2-bridge", placementConstraints=[{"type": "distinctInstance"}])
    assert len(set(placed(apart))) == 3
