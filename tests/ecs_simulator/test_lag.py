"""Reads may lag: each shows some moment of the last seconds, and no half of one."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from cage.rehearsal.stage import Stage
from ecs_simulator.operations import elb, reads
from tests.ecs_simulator.stages import deploy, settled, up, wait, wait_for
from tests.stories import tell


def always(stage: Stage, *kinds: str, most_s: float = 4.0) -> None:
    reads.lag(stage.world, *kinds, chance=1.0, most_s=most_s)


def statuses(stage: Stage, arn: str) -> str:
    answer = stage.call("describe_tasks", cluster="main", tasks=[arn])
    return answer["tasks"][0]["lastStatus"] if answer["tasks"] else "MISSING"


def test_a_read_shows_what_was_true_some_seconds_ago_and_soon_the_present() -> None:
    stage = up()
    always(stage, "service")
    deploy(stage)
    seen: list[tuple[float, str]] = []
    updated_s = stage.world.now
    for _ in range(100):
        service = stage.call("describe_services", cluster="main", services=["web"])["services"][0]
        seen.append((stage.world.now - updated_s, service["taskDefinition"][-1]))
        wait(stage, 0.1)
    old = [at_s for at_s, revision in seen if revision == "1"]
    new = [at_s for at_s, revision in seen if revision == "2"]
    assert 0 < max(old) < 4.0
    assert min(new) < max(old), "no read ever goes back in time"
    assert {revision for at_s, revision in seen if at_s > 4.0} == {"2"}


def test_what_was_just_made_isnt_there_for_a_reader_yet() -> None:
    stage = up()
    always(stage)
    made = stage.call("register_task_definition", **stage.task_definition)
    arn = made["taskDefinition"]["taskDefinitionArn"]
    with pytest.raises(ClientError, match="Unable to describe task definition"):
        stage.call("describe_task_definition", taskDefinition=arn)
    answer = stage.call("update_service", cluster="main", service="web", taskDefinition=arn)
    assert answer["service"]["taskDefinition"] == arn, "a change is answered with the truth"
    assert len(stage.service.history) == 2
    shown = stage.call("list_service_deployments", cluster="main", service="web")
    assert len(shown["serviceDeployments"]) == 1
    wait(stage, 5)
    shown = stage.call("list_service_deployments", cluster="main", service="web")
    assert len(shown["serviceDeployments"]) == 2
    assert stage.call("describe_task_definition", taskDefinition=arn)["taskDefinition"]


def test_a_stopped_task_is_listed_and_described_as_running_for_a_while() -> None:
    stage = up()
    always(stage, "task")
    task = stage.service.tasks[0]
    stage.call("stop_task", cluster="main", task=task.arn)
    assert statuses(stage, task.arn) == "RUNNING"
    assert task.arn in stage.call("list_tasks", cluster="main", serviceName="web")["taskArns"]
    wait(stage, 4.5)
    assert statuses(stage, task.arn) == "DEACTIVATING"
    assert task.arn not in stage.call("list_tasks", cluster="main", serviceName="web")["taskArns"]


def test_the_health_of_targets_lags_too() -> None:
    stage = up()
    always(stage, "group")
    (arn,) = stage.world.groups.groups
    address = next(iter(stage.world.groups.get(arn).targets))
    stage.world.groups.deregister(arn, address)

    def shown() -> str:
        answer = elb.describe_target_health(stage.world, {"TargetGroupArn": arn})
        by_id = {d["Target"]["Id"]: d["TargetHealth"] for d in answer["TargetHealthDescriptions"]}
        return str(by_id[address[0]]["State"])

    assert shown() == "healthy"
    wait(stage, 4.5)
    assert shown() == "draining"


def test_only_the_kinds_that_are_named_lag() -> None:
    stage = up()
    always(stage, "task")
    deploy(stage)
    service = stage.call("describe_services", cluster="main", services=["web"])["services"][0]
    assert service["taskDefinition"].endswith("web:2")


def test_the_world_goes_its_way_whether_readers_lag_or_not() -> None:
    traces = []
    for lagging in (True, False):
        stage = up(seed=3)
        if lagging:
            always(stage)
        deploy(stage)
        wait_for(stage, settled(stage))
        stage.call("describe_services", cluster="main", services=["web"])
        traces.append(stage.world.engine.trace)
    assert traces[0] == traces[1]


def test_a_replica_keeps_no_more_than_it_needs() -> None:
    stage = up()
    always(stage)
    for _ in range(3):
        deploy(stage)
        wait_for(stage, settled(stage))
    replica = stage.world.engine.replica
    assert replica is not None
    wait(stage, 10)
    for past in replica._past.values():
        assert len(past) < 12


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("shape", ["fargate", "fargate-two-groups", "ec2-bridge"])
def test_a_rollout_keeps_its_promises_though_every_read_lags(shape: str, seed: int) -> None:
    told = tell(shape, seed=seed, prepare=lambda stage: reads.lag(stage.world))
    assert type(told.outcome).__name__ == "Promoted"
