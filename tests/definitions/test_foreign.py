"""Files of other tools and outputs of other commands: each is named, and nothing else is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .folder import SERVICE, TASK_DEFINITION

if TYPE_CHECKING:
    from .folder import Folder

_FOREIGN: list[tuple[object, str]] = [
    ({"Resources": {"Web": {"Type": "AWS::ECS::Service"}}}, "a CloudFormation template"),
    ({"Transform": "AWS::Serverless-2016-10-31"}, "a CloudFormation template"),
    ({"apiVersion": "v1", "kind": "List", "items": []}, "a Kubernetes manifest"),
    ({"name": "web", "type": "Backend Service", "image": {"port": 1}}, "a manifest of AWS Copilot"),
    ({"cluster": "blue", "service_definition": "s.json"}, "a configuration of ecspresso"),
    ({"version": 1, "task_definition": {}, "run_params": {}}, "an ecs-params file"),
    (
        {"serviceName": "web", "infrastructureRoleArn": "r", "primaryContainer": {"image": "a"}},
        "the definition of an Express service",
    ),
    ({"serviceName": "web", "activeConfigurations": []}, "the definition of an Express service"),
    ({"daemonName": "agent", "clusterArn": "c"}, "the definition of a managed daemon"),
    ({"daemon": {"daemonArn": "d"}}, "the definition of a managed daemon"),
    ({"AWSEBDockerrunVersion": 2, "containerDefinitions": []}, "a Dockerrun file"),
    ({"version": "3", "services": {"web": {"build": "."}}}, "a Docker Compose file"),
    ({"web": {"image": "a"}, "db": {"build": "."}}, "a Docker Compose file"),
    ({"resource": {"aws_ecs_service": {}}}, "a Terraform file"),
    ({"format_version": "1.2", "planned_values": {}}, "a Terraform file"),
    ({"Version": "2012-10-17", "Statement": []}, "an IAM policy"),
    ({"version": 0.0, "Resources": []}, "an AppSpec file"),
    ({"version": 0.0, "os": "linux", "files": []}, "an AppSpec file"),
    ([{"name": "app", "imageUri": "a:1"}], "a list of image definitions"),
    ({"ImageURI": "a:1"}, "an image detail file"),
    ({"version": 0.2, "phases": {}}, "a buildspec"),
    ({"on": {"push": {}}, "jobs": {}}, "a pipeline of a CI system"),
    ({"stages": ["a"], "deploy": {"script": ["x"]}}, "a pipeline of a CI system"),
    ({"service": "shop", "provider": {}, "functions": {}}, "a file of the Serverless Framework"),
    ({"name": "shop", "version": "1.0.0", "scripts": {}}, "a package.json"),
    ({"replicaCount": 2}, "values of a Helm chart"),
    ({"service_file": "svc.json"}, "cage's own settings"),
    ({"$schema": "x", "properties": {}}, "a JSON Schema"),
    ({"__type": "ClientException", "message": "no"}, "an error that AWS returned"),
    ({"tasks": [], "failures": []}, "output of describe-tasks"),
    ({"serviceArns": []}, "output of list-services"),
    ({"taskDefinitionArns": []}, "output of list-task-definitions"),
]


@pytest.mark.parametrize(("content", "words"), _FOREIGN, ids=[words for _, words in _FOREIGN])
@pytest.mark.parametrize("name", ["service", "task-definition"])
def test_another_tools_file_is_named_and_nothing_in_it_judged(
    folder: Folder, name: str, content: object, words: str
) -> None:
    if isinstance(content, dict):
        content = {**content, "x": "${UNDEFINED} ${AWS::Region}"}
        content = {**content, "x": {"image": "${UNDEFINED}"}} if "web" in content else content
    (error,) = folder.write(f"{name}.json", content).errors()
    assert error.startswith(f"{name}.json:1:1: the file is {words}")


@pytest.mark.parametrize(
    ("content", "command"),
    [
        ({"cluster": "blue", "service": "shop", "desiredCount": 2}, "update-service"),
        ({"cluster": "blue", "taskDefinition": "shop", "overrides": {}, "count": 1}, "run-task"),
        ({"cluster": "blue", "taskDefinition": "shop", "containerInstances": []}, "start-task"),
        ({"cluster": "blue", "service": "shop", "externalId": "x", "scale": {}}, "create-task-set"),
    ],
)
@pytest.mark.parametrize("name", ["service", "task-definition"])
def test_the_input_of_another_command_is_named(
    folder: Folder, name: str, content: object, command: str
) -> None:
    (error,) = folder.write(f"{name}.json", content).errors()
    assert f"the file is input of {command}, not a" in error


@pytest.mark.parametrize("wrapped", [SERVICE, {"service": SERVICE}, {"services": [SERVICE]}])
def test_a_service_in_the_task_definitions_file_is_named(folder: Folder, wrapped: object) -> None:
    (error,) = folder.write("task-definition.json", wrapped).errors()
    assert "the file is a service, not a task definition. Name it service.json" in error


def test_a_description_of_nothing_and_of_several_are_told(folder: Folder) -> None:
    (error,) = folder.write("service.json", {"services": [], "failures": [{}]}).errors()
    assert "the file describes no service" in error
    folder.service({})
    (error,) = folder.write("task-definition.json", [dict(TASK_DEFINITION)] * 2).errors()
    assert "a list of 2 definitions, not a task definition. Keep one of them" in error


def test_what_stands_beside_a_description_is_lost_with_a_warning(folder: Folder) -> None:
    content = {"taskDefinition": TASK_DEFINITION, "failures": [], "cpu": "512"}
    _, task = folder.write("task-definition.json", content).read()
    assert task == TASK_DEFINITION
    (warning,) = folder.warnings()
    assert 'was ignored, and so were its neighbors: "cpu"' in warning


_TEXTS = {
    "a Terraform file": 'resource "aws_ecs_service" "web" {\n  name = "web"\n}\n',
    "an AppSpec file": "Resources:\n  - TargetService:\n      Type: AWS::ECS::Service\n",
    "HTML or XML": "<!DOCTYPE html>\n<html></html>\n",
    "a Dockerfile": "# the app\nFROM alpine:3\n",
    "AWS CLI output in": "-----------------\n|DescribeServices|\n+---------------+\n",
    "a shell script": "#!/bin/sh\necho {}\n",
    "a file of variables": "# secrets\nexport PORT=8080\nMODE=green\n",
    "YAML, but is read as JSON": "# the service\nserviceName: shop\n",
    "Jsonnet, but is read as JSON": "local name = 'shop';\n{ serviceName: name }\n",
}


@pytest.mark.parametrize("words", _TEXTS)
def test_a_text_that_is_no_json_is_named_for_what_it_seems(folder: Folder, words: str) -> None:
    (error,) = folder.write("service.json", _TEXTS[words]).errors()
    assert error.startswith(f"service.json:1:1: the file seems to be {words}")


def test_a_cloudformation_template_in_yaml_is_named_in_spite_of_its_tags(folder: Folder) -> None:
    text = "Resources:\n  Web:\n    Type: AWS::ECS::Service\n    Properties: !Sub '${Name}'\n"
    (error,) = folder.remove("service.json").write("service.yaml", text).errors()
    assert "the file is a CloudFormation template" in error
    (error,) = folder.write("service.yaml", text + "\tx").errors()
    assert "the file seems to be a CloudFormation template" in error


def test_a_broken_template_is_named_and_where_it_breaks(folder: Folder) -> None:
    text = '{"AWSTemplateFormatVersion": "2010-09-09",\n "Region": "${AWS::Region}",\n "a" "b"}'
    seems, breaks = folder.write("service.json", text).errors()
    assert seems.startswith("service.json:1:1: the file seems to be a CloudFormation template")
    assert breaks.startswith("service.json:3:6: expected : after the key")


def test_json_with_comments_called_yaml_is_told_its_name(folder: Folder) -> None:
    text = '// the service\n{"serviceName": "shop",}\n'
    (error,) = folder.remove("service.json").write("service.yaml", text).errors()
    assert "seems to be JSON with comments, but is read as YAML because of its name" in error
    assert "Rename it to service.json" in error


def test_the_marks_of_a_merge_are_found_where_they_are(folder: Folder) -> None:
    text = '{\n<<<<<<< HEAD\n"serviceName": "a"\n=======\n"serviceName": "b"\n>>>>>>> other\n}'
    (error,) = folder.write("service.json", text).errors()
    assert error.startswith("service.json:2:1: a merge conflict was left here")
