from __future__ import annotations

import json
from typing import Any

import pytest

from .folder import REMOVED, TASK_DEFINITION, Folder


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"contianerDefinitions": []}, "contianerDefinitions", "unknown key"),
        (
            {"containerDefinitions[0].portMappings[0].containerport": 1},
            "containerDefinitions[0].portMappings[0].containerport",
            'unknown key "containerport". Remove it: containerPort is specified too',
        ),
        (
            {"containerDefinitions[0].portMappings[0].colour": 1},
            "containerDefinitions[0].portMappings[0].colour",
            "Remove it: PortMapping has no such key",
        ),
        (
            {"containerDefinitions[0].logConfiguration": {"logdriver": "awslogs"}},
            "containerDefinitions[0].logConfiguration.logdriver",
            "Did you mean logDriver?",
        ),
        ({"containerDefinitions[0].essential": "true"}, ".essential", "expected true or false"),
        ({"containerDefinitions[0].cpu": "10"}, ".cpu", "expected a whole number, found a str"),
        ({"containerDefinitions[0].cpu": 10.0}, ".cpu", "without a fraction"),
        ({"containerDefinitions[0].cpu": True}, ".cpu", "found true or false"),
        ({"containerDefinitions[0].cpu": 2**31}, ".cpu", "is out of range"),
        ({"cpu": 256}, "cpu", "expected a string, found a number"),
        ({"containerDefinitions[0].image": ["a"]}, ".image", "expected a string, found a list"),
        ({"containerDefinitions": {}}, "containerDefinitions", "expected a list"),
        ({"containerDefinitions[0]": "app"}, "containerDefinitions[0]", "expected an object"),
        ({"networkMode": "AWSVPC"}, "networkMode", "Did you mean awsvpc?"),
        ({"networkMode": "vlan"}, "networkMode", "Allowed: bridge, host, awsvpc, none"),
        (
            {"containerDefinitions[0].environment[0].value": 80},
            "containerDefinitions[0].environment[0].value",
            "expected a string, found a number. Put it in double quotes",
        ),
        (
            {"containerDefinitions[0].environment[0].value": True},
            "containerDefinitions[0].environment[0].value",
            "found true or false",
        ),
        (
            {"containerDefinitions[0].command": ["a", None]},
            "containerDefinitions[0].command[1]",
            "a list's element is null",
        ),
        (
            {"containerDefinitions[0].links": [""]},
            "containerDefinitions[0].links[0]",
            "a list's element is empty",
        ),
        (
            {"containerDefinitions[0].dockerLabels": {"a.b": 5}},
            'containerDefinitions[0].dockerLabels["a.b"]',
            "expected a string",
        ),
        (
            {"containerDefinitions[0].environment": {"MODE": "green"}},
            "containerDefinitions[0].environment",
            'Write a list: [{"name": …, "value": …}]',
        ),
        (
            {"containerDefinitions": json.dumps([{"name": "app"}])},
            "containerDefinitions",
            "Remove the quotes around it",
        ),
        (
            {"containerDefinitions[0].dockerLabels": ["a"]},
            "containerDefinitions[0].dockerLabels",
            'Write {"key": "value"}',
        ),
        ({"networkMode": True}, "networkMode", "Use one of bridge, host, awsvpc, none"),
        ({"containerDefinitions[0].cpu": 0.5}, ".cpu", "a number with a point or an exponent"),
        ({"awslogs-group": "x"}, "awslogs-group", "a task definition has no such key"),
        ({"sizeInGiB": 30}, "sizeInGiB", "Move it: it belongs in ephemeralStorage"),
        (
            {"containerDefinitions[0].environment[0].key": "A"},
            "containerDefinitions[0].environment[0].key",
            "Remove it: KeyValuePair has name and value",
        ),
        ({"family": REMOVED}, "family", "is missing. ECS needs it"),
        ({"containerDefinitions": []}, "containerDefinitions", "is empty. ECS needs it"),
        (
            {"containerDefinitions[0].healthCheck.command": []},
            "containerDefinitions[0].healthCheck.command",
            "is empty",
        ),
    ],
)
def test_what_the_model_refuses_is_told_with_its_path(
    folder: Folder, changes: dict[str, Any], path: str, words: str
) -> None:
    errors = folder.task(changes).errors()
    assert any(f"{path}: " in one and words in one for one in errors), errors


def test_a_key_one_level_too_high_is_told_where_it_belongs(folder: Folder) -> None:
    folder.service({"networkConfiguration": {"subnets": ["subnet-1"]}})
    missing, misplaced = folder.errors()
    assert "networkConfiguration.awsvpcConfiguration: is missing" in missing
    assert "Move it: it belongs in awsvpcConfiguration" in misplaced


def test_a_misspelt_key_is_not_also_reported_missing(folder: Folder) -> None:
    (error,) = folder.task({"family": REMOVED, "familly": "shop"}).errors()
    assert "Did you mean family?" in error


def test_a_skeleton_gives_one_report_of_all_empty_fields(folder: Folder) -> None:
    container = {
        "name": "",
        "image": "",
        "portMappings": [{"containerPort": 0, "hostPort": 0, "protocol": "tcp"}],
        "logConfiguration": {
            "logDriver": "awslogs",
            "secretOptions": [{"name": "", "valueFrom": ""}],
        },
    }
    folder.write("task-definition.json", {"family": "", "containerDefinitions": [container]})
    told = "\n".join(folder.errors())
    for words in (
        "family: is empty",
        "containerDefinitions[0]: name and image are empty",
        "containerDefinitions[0].portMappings[0].containerPort: is empty",
        "containerDefinitions[0].logConfiguration.secretOptions[0]: name and valueFrom are empty",
    ):
        assert words in told


def test_nulls_are_dropped_with_one_warning(folder: Folder) -> None:
    folder.task(
        {
            "volumes": None,
            "containerDefinitions[0].logConfiguration": None,
            "containerDefinitions[0].dockerLabels": {"a": None},
        }
    )
    expected = {**TASK_DEFINITION["containerDefinitions"][0], "dockerLabels": {}}
    assert folder.read()[1]["containerDefinitions"][0] == expected
    (warning,) = folder.warnings()
    assert "ignored because its value is null; so are 2 others" in warning


def test_a_required_key_that_is_null_is_missing(folder: Folder) -> None:
    (error,) = folder.task({"family": None}).errors()
    assert "family: is missing" in error


def test_empty_texts_stay_where_they_mean_something(folder: Folder) -> None:
    folder.task(
        {
            "containerDefinitions[0].command": ["sh", "-c", ""],
            "containerDefinitions[0].dockerLabels": {"a": ""},
            "tags": [{"key": "a", "value": ""}],
        }
    )
    _, task = folder.read()
    assert task["containerDefinitions"][0]["command"] == ["sh", "-c", ""]
    assert task["containerDefinitions"][0]["dockerLabels"] == {"a": ""}
    assert task["containerDefinitions"][0]["environment"] == [{"name": "MODE", "value": ""}]
    assert task["tags"] == [{"key": "a", "value": ""}]
    assert folder.warnings() == []


def test_empty_texts_that_ecs_refuses_count_as_absent(folder: Folder) -> None:
    folder.service({"launchType": "", "schedulingStrategy": "", "role": "", "platformVersion": ""})
    folder.task({"ipcMode": "", "pidMode": ""})
    service, task = folder.read()
    assert not {"launchType", "schedulingStrategy", "role", "platformVersion"} & set(service)
    assert task == TASK_DEFINITION
    assert len([one for one in folder.warnings() if "ignored because it is empty" in one]) == 6


def test_an_empty_launch_type_beside_a_strategy_is_no_launch_type(folder: Folder) -> None:
    strategy = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    folder.service({"launchType": "", "capacityProviderStrategy": strategy})
    service, _ = folder.read()
    assert "launchType" not in service
    assert service["capacityProviderStrategy"] == strategy


def test_what_a_proxy_and_a_place_need_is_kept(folder: Folder) -> None:
    task = {
        "requiresCompatibilities": ["EC2"],
        "placementConstraints": [{"type": "memberOf", "expression": "attribute:zone == a"}],
        "proxyConfiguration": {
            "type": "APPMESH",
            "containerName": "helper",
            "properties": [{"name": "AppPorts", "value": "8080"}],
        },
    }
    folder.task(task).service({"launchType": "EC2", "platformVersion": REMOVED})
    sent = folder.read()[1]
    assert {key: sent[key] for key in task} == task


def test_an_empty_list_of_tags_is_omitted_and_other_empty_lists_stay(folder: Folder) -> None:
    folder.service({"tags": [], "serviceRegistries": [], "placementStrategy": []})
    folder.task({"tags": [], "volumes": [], "containerDefinitions[0].mountPoints": []})
    service, task = folder.read()
    assert "tags" not in service
    assert "tags" not in task
    assert service["serviceRegistries"] == []
    assert service["placementStrategy"] == []
    assert task["volumes"] == []
    assert task["containerDefinitions"][0]["mountPoints"] == []


@pytest.mark.parametrize(
    ("cpu", "memory"),
    [("1 vCPU", "2 GB"), ("1 vcpu", "2GB"), (".25 vCPU", "0.5 GB"), ("256", "512")],
)
def test_task_sizes_are_sent_in_the_unit_they_are_written_in(
    folder: Folder, cpu: str, memory: str
) -> None:
    _, task = folder.task({"cpu": cpu, "memory": memory}).read()
    assert (task["cpu"], task["memory"]) == (cpu, memory)


def test_nothing_is_added_to_a_container_that_leaves_its_size_to_the_task(folder: Folder) -> None:
    folder.task({"containerDefinitions[0].cpu": 0})
    container = folder.read()[1]["containerDefinitions"][0]
    assert container == {**TASK_DEFINITION["containerDefinitions"][0], "cpu": 0}


_BALANCING = "arn:aws:elasticloadbalancing:eu-west-1:210987654321"


def test_newer_fields_and_strategies_are_kept(folder: Folder) -> None:
    task: dict[str, Any] = {
        "ephemeralStorage": {"sizeInGiB": 40},
        "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
        "enableFaultInjection": True,
        "pidMode": "task",
        "volumes": [
            {
                "name": "files",
                "efsVolumeConfiguration": {
                    "fileSystemId": "fs-1",
                    "transitEncryption": "ENABLED",
                    "authorizationConfig": {"iam": "ENABLED"},
                },
            }
        ],
        "containerDefinitions[0].mountPoints": [
            {"sourceVolume": "files", "containerPath": "/files", "readOnly": True}
        ],
    }
    service: dict[str, Any] = {
        "availabilityZoneRebalancing": "ENABLED",
        "deploymentConfiguration": {
            "strategy": "BLUE_GREEN",
            "bakeTimeInMinutes": 5,
            "lifecycleHooks": [
                {
                    "hookTargetArn": "arn:aws:lambda:eu-west-1:210987654321:function:hook",
                    "roleArn": "arn:aws:iam::210987654321:role/hook",
                    "lifecycleStages": ["POST_SCALE_UP"],
                    "hookDetails": {"a": [1, None, {"b": ""}]},
                }
            ],
        },
        "loadBalancers[0].advancedConfiguration": {
            "alternateTargetGroupArn": f"{_BALANCING}:targetgroup/green/1",
            "productionListenerRule": f"{_BALANCING}:listener-rule/app/web/1/2/3",
            "roleArn": "arn:aws:iam::210987654321:role/balance",
        },
    }
    folder.task(task).service(service)
    sent_service, sent_task = folder.read()
    for key in service.keys() - {"loadBalancers[0].advancedConfiguration"}:
        assert sent_service[key] == service[key]
    for key in task.keys() - {"containerDefinitions[0].mountPoints"}:
        assert sent_task[key] == task[key]
    assert folder.warnings() == []
