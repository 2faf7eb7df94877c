"""Planted faults are found where they are, and nothing else is."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from .folder import SERVICE, TASK_DEFINITION
from .planted import FAULTS, Fault

if TYPE_CHECKING:
    from .folder import Folder

_APP = "containerDefinitions[0]"


@pytest.mark.parametrize("fault", FAULTS, ids=[f"{one.severity} {one.path}" for one in FAULTS])
def test_a_planted_fault_is_found_at_its_place(folder: Folder, fault: Fault) -> None:
    _, findings = folder.service(fault.service).task(fault.task).inspect()
    found = {(one.severity.value, one.path) for one in findings}
    expected = {(fault.severity, fault.path)} if fault.severity else set()
    assert expected <= found, [str(one) for one in findings]
    assert fault.severity or not found, [str(one) for one in findings]
    assert all(one.place and (folder.path / one.place.file).is_file() for one in findings)


@pytest.mark.parametrize(
    ("service", "task", "words"),
    [
        ({"awsvpcConfiguration": {}}, {}, "it belongs in networkConfiguration"),
        *(
            ({key: []}, {}, "it belongs in containerDefinitions[] of the task definition")
            for key in ("logConfiguration", "healthCheck", "environment", "image")
        ),
        *(
            ({key: "x"}, {}, "it belongs in loadBalancers[]")
            for key in ("targetGroupArn", "containerName")
        ),
        ({"subnets": []}, {}, "it belongs in networkConfiguration.awsvpcConfiguration"),
        ({"replicas": 2}, {}, "desiredCount is specified too"),
        ({}, {"desiredCount": 1}, "it belongs in the service's file"),
        ({}, {"logConfiguration": {}}, "it belongs in containerDefinitions[]"),
        ({}, {f"{_APP}.labels": {}}, "Did you mean dockerLabels?"),
        ({}, {f"{_APP}.environment_variables": []}, "environment is specified too"),
        ({}, {f"{_APP}.ssmParameters": []}, "secrets is specified too"),
        ({}, {f"{_APP}.timeout": 5}, "it belongs in healthCheck"),
        ({}, {f"{_APP}.volumes": []}, "Did you mean mountPoints?"),
        ({}, {f"{_APP}.networkMode": "host"}, "it belongs at the top of the file"),
    ],
)
def test_a_misplaced_key_is_told_its_place(
    folder: Folder, service: dict[str, Any], task: dict[str, Any], words: str
) -> None:
    (error,) = folder.service(service).task(task).errors()
    assert words in error


def test_one_blank_in_eleven_places_is_one_finding(folder: Folder) -> None:
    arn = "arn:aws:{}:YOUR_ACCOUNT:{}"
    secrets = [
        {"name": f"K{n}", "valueFrom": arn.format("ssm:eu-west-1", f"parameter/{n}")}
        for n in range(9)
    ]
    roles = {key: arn.format("iam:", "role/x") for key in ("executionRoleArn", "taskRoleArn")}
    (warning,) = folder.task({**roles, f"{_APP}.secrets": secrets}).warnings()
    assert '"YOUR_ACCOUNT" looks like a blank to fill in (and 10 others)' in warning


def test_a_file_of_ecspresso_has_one_line_with_cages_forms(folder: Folder) -> None:
    folder.task(
        {
            f"{_APP}.image": "{{ must_env `IMAGE` }}",
            "taskRoleArn": "{{ tfstate `aws_iam_role.task.arn` }}",
            "tags": [{"key": "a", "value": "{{ ssm `/a` }}"}],
        }
    )
    (error,) = folder.errors()
    assert "(and 2 others)" in error
    for form in ("${NAME}", "${tfstate:address.attribute}", "${ssm:/path}"):
        assert form in error


@pytest.mark.parametrize("key", ["IMG", "WHOLE"])
def test_a_value_with_a_blank_of_its_own_is_a_warning_that_keeps_it_hidden(
    folder: Folder, key: str
) -> None:
    folder.environ = {"IMG": "nginx:$TAG", "WHOLE": "<IMAGE>"}
    (warning,) = folder.task({f"{_APP}.image": f"${{{key}}}"}).warnings()
    assert "has a blank of its own" in warning
    assert folder.environ[key] not in warning


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({key[0].upper() + key[1:]: 1 for key in TASK_DEFINITION}, "a resource of CloudFormation"),
        ({"container_definitions": [], "network_mode": "host"}, "a resource of Terraform"),
        ({"launch_type": "EC2", "desired_count": 1}, "a resource of Terraform"),
        ({"applicationName": "a", "deploymentGroupName": "b"}, "create-deployment-group"),
    ],
)
def test_another_spelling_is_one_line(folder: Folder, content: dict[str, Any], words: str) -> None:
    (error,) = folder.write("task-definition.json", content).errors()
    assert words in error


def test_the_ellipsis_of_a_documentation_is_named(folder: Folder) -> None:
    (error,) = folder.write("task-definition.json", '{"family": "a", ...}').errors()
    assert "an ellipsis stands for something" in error


def test_anchors_are_kept_at_the_top_of_yaml(folder: Folder) -> None:
    text = "x-tags: &tags\n- {key: a, value: b}\nserviceName: shop\ndesiredCount: 1\ntags: *tags\n"
    folder.remove("service.json").write("service.yaml", text)
    _, findings = folder.task({"networkMode": "host", "requiresCompatibilities": []}).inspect()
    assert not [str(one) for one in findings if "x-tags" in str(one)]


@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
def test_a_file_can_come_from_another_program(folder: Folder, name: str) -> None:
    text = (folder.path / "service.json").read_text()
    code = "import sys; from pathlib import Path; from cage.definitions.source import read_source;"
    code += "print(read_source(Path(sys.argv[1])).text, end='')"
    done = subprocess.run(
        [sys.executable, "-c", code, name], input=text, capture_output=True, text=True, check=True
    )
    assert done.stdout == text


def test_a_good_service_is_without_findings(folder: Folder) -> None:
    assert folder.service({}).warnings() == []
    assert SERVICE["cluster"]
