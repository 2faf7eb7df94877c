"""What can't work, and what isn't simulated, is refused; the rest is shown as it was asked for."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from cage.rehearsal.stage import Stage
from tests.ecs_simulator.stages import deploy, said, settled, up, update, wait, wait_for


def create(stage: Stage, **differences: Any) -> dict[str, Any]:
    wanted = {**stage.definition, "serviceName": "other", "taskDefinition": "web:1"}
    wanted = {k: v for k, v in (wanted | differences).items() if v is not None}
    answer: dict[str, Any] = stage.call("create_service", **wanted)["service"]
    return answer


@pytest.mark.parametrize(
    ("config", "said_of_it"),
    [
        ({"strategy": "CANARY"}, "advancedConfiguration field is required for all loadBalancers"),
        ({"strategy": "ROLLING", "canaryConfiguration": {"canaryPercent": 5.0}}, "CANARY"),
        ({"bakeTimeInMinutes": 1441}, "between 0 and 1440"),
        ({"minimumHealthyPercent": 100, "maximumPercent": 100}, "block deployments"),
        ({"minimumHealthyPercent": 150, "maximumPercent": 120}, "must not be greater"),
        ({"maximumPercent": 0}, "must be greater than 0"),
        ({"lifecycleHooks": [{"lifecycleStages": ["PRE_SCALE_UP"]}]}, "hookTargetArn must be"),
        ({"earlySuccessCriteria": {"enable": True}}, "needs healthyPercent"),
    ],
)
def test_a_deployment_configuration_that_wont_do_is_refused(config: Any, said_of_it: str) -> None:
    stage = up()
    with pytest.raises(ClientError, match=said_of_it):
        update(stage, deploymentConfiguration=config)
    assert len(stage.service.history) == 1


@pytest.mark.parametrize(
    ("differences", "said_of_it"),
    [
        ({"launchType": "EXTERNAL"}, "launch type EXTERNAL"),
        (
            {
                "loadBalancers": [
                    {"loadBalancerName": "old", "containerName": "web", "containerPort": 8080}
                ]
            },
            "Classic Load Balancers",
        ),
        ({"taskDefinition": None}, "TaskDefinition can not be blank"),
    ],
)
def test_what_the_simulator_doesnt_do_is_refused_and_nothing_is_created(
    differences: Any, said_of_it: str
) -> None:
    stage = up()
    with pytest.raises(ClientError, match=said_of_it):
        create(stage, **differences)
    assert len(stage.world.services) == 1


def test_a_deployment_controller_stays_what_it_is() -> None:
    stage = up()
    update(stage, deploymentController={"type": "ECS"})
    with pytest.raises(ClientError, match="changes of the deployment controller"):
        update(stage, deploymentController={"type": "CODE_DEPLOY"})


def test_tags_are_shown_only_to_who_asks_for_them() -> None:
    tags = [{"key": "team", "value": "web"}]
    stage = up(tags=tags)
    asked: dict[str, Any] = {"cluster": "main", "services": ["web"]}
    assert "tags" not in stage.call("describe_services", **asked)["services"][0]
    shown = stage.call("describe_services", include=["TAGS"], **asked)["services"][0]
    assert shown["tags"] == tags


def test_services_are_listed_by_launch_type_and_page() -> None:
    stage = up()
    create(stage)
    create(stage, serviceName="on-ec2", launchType="EC2", platformVersion=None)
    listed = stage.call("list_services", cluster="main", launchType="FARGATE")["serviceArns"]
    assert [arn.rpartition("/")[2] for arn in listed] == ["web", "other"]
    page = stage.call("list_services", cluster="main", maxResults=2)
    rest = stage.call("list_services", cluster="main", nextToken=page["nextToken"])
    assert [arn.rpartition("/")[2] for arn in rest["serviceArns"]] == ["on-ec2"]


def test_a_steady_service_says_so_every_six_hours() -> None:
    stage = up()
    wait(stage, 13 * 3600)
    told = [e for e in said(stage) if e.endswith("has reached a steady state.")]
    assert len(told) == 3


def test_an_alarm_in_motos_cloudwatch_fails_a_deployment() -> None:
    alarms = {"alarmNames": ["errors"], "enable": True, "rollback": True}
    stage = up(deploymentConfiguration={"alarms": alarms})
    cloudwatch = stage.simulator.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="errors",
        MetricName="5xx",
        Namespace="web",
        Period=60,
        EvaluationPeriods=1,
        Statistic="Sum",
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    deployment = deploy(stage)
    wait(stage, 30)
    cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="test")
    wait_for(stage, lambda: deployment.rollout_state == "FAILED", 60)
    wait_for(stage, settled(stage))
    assert deployment.record.triggered == ["errors"]
    assert stage.service.primary.revision.number == 1


@pytest.mark.parametrize(
    ("propagate", "tags"),
    [("SERVICE", {"team": "web"}), ("TASK_DEFINITION", {"code": "1"}), ("NONE", {})],
)
def test_tasks_get_the_tags_that_are_propagated(propagate: str, tags: dict[str, str]) -> None:
    stage = up(
        tags=[{"key": "team", "value": "web"}],
        propagateTags=propagate,
        enableECSManagedTags=True,
        desiredCount=1,
    )
    tagged = {**stage.task_definition, "tags": [{"key": "code", "value": "1"}]}
    made = stage.call("register_task_definition", **tagged)["taskDefinition"]
    update(stage, taskDefinition=made["taskDefinitionArn"])
    wait_for(stage, settled(stage))
    (task,) = [t for t in stage.service.tasks if t.revision.number == 2]
    managed = {"aws:ecs:clusterName": "main", "aws:ecs:serviceName": "web"}
    assert task.tags == managed | tags
