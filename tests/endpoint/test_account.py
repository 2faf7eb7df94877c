"""Given a service's files, when `cage local` begins, then what they name exists in the account.

And from then on the account is its clients' own: what they delete is gone.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest

from cage.rehearsal.account import open_account
from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import REGION, Stage
from ecs_simulator.endpoint import Endpoint
from tests.command_line import CAGE
from tests.endpoint.locally import exported, run

_ECR = "123456789012.dkr.ecr.{}.amazonaws.com/team/web"
_STORED = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:app/{}"
_PARAMETER = "arn:aws:ssm:us-east-1:123456789012:parameter/web/key"
_KEYS = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
_DIGEST = "sha256:" + "0a" * 32


def _definition(tag: str = "1", **differences: Any) -> dict[str, Any]:
    options = {"awslogs-group": "/ecs/web", "awslogs-region": "eu-west-1"}
    names = (f"{_STORED.format('db-a1b2c3')}:password::", _STORED.format("main"), _PARAMETER, "key")
    base = SHAPES["fargate"]().task_definition
    sidecar, web = copy.deepcopy(base["containerDefinitions"])
    web |= {
        "image": f"{_ECR.format('us-east-1')}:{tag}",
        "secrets": [{"name": f"S{n}", "valueFrom": name} for n, name in enumerate(names)],
        "logConfiguration": {"logDriver": "awslogs", "options": options},
    }
    sidecar["image"] = f"{_ECR.format('eu-west-1')}@{_DIGEST}"
    return {
        **base,
        "executionRoleArn": "arn:aws:iam::123456789012:role/app/web-execution",
        "taskRoleArn": "arn:aws:iam::123456789012:role/web-task",
        "containerDefinitions": [sidecar, web],
        **differences,
    }


def test_files_of_any_account_find_what_they_name() -> None:
    text = json.dumps(_definition()).replace("123456789012", "111122223333")
    script = SHAPES["fargate"]()
    made = Stage(script.service, json.loads(text), group_settings=script.group_settings)
    made.bring_up()
    assert open_account(made).refused == []
    with Endpoint(made.api) as serving:
        client = botocore.session.get_session().create_client(
            "iam",
            region_name=REGION,
            endpoint_url=serving.url,
            **_KEYS,
        )
        found = client.get_role(RoleName="web-execution")["Role"]
    assert found["Arn"] == "arn:aws:iam::111122223333:role/app/web-execution"


@pytest.fixture
def stage() -> Stage:
    script = SHAPES["fargate"]()
    made = Stage(script.service, _definition(), group_settings=script.group_settings)
    made.bring_up()
    return made


@pytest.fixture
def endpoint(stage: Stage) -> Iterator[Endpoint]:
    assert open_account(stage).refused == []
    with Endpoint(stage.api) as serving:
        yield serving


def _client(endpoint: Endpoint, service: str, region: str = REGION) -> Any:
    session = botocore.session.Session()
    session.set_credentials("simulated", "simulated")
    return session.create_client(service, region_name=region, endpoint_url=endpoint.url)


def _findings(endpoint: Endpoint, revision: str = "web:1") -> list[dict[str, Any]]:
    """What `cage verify` finds."""
    where = ("--cluster", "main", "--service", "web", "--task-definition-arn", revision)
    done = run(CAGE, "verify", *where, "--json", env=exported(endpoint.url))
    assert done.returncode in {0, 3}, done.stderr
    *found, ended = [json.loads(line) for line in done.stdout.splitlines()]
    assert ended["exit_code"] == done.returncode
    return found


def _errors(endpoint: Endpoint, revision: str = "web:1") -> list[str]:
    found = _findings(endpoint, revision)
    return sorted(f["verification"] for f in found if f["severity"] == "error")


def test_every_verification_that_can_be_answered_passes(endpoint: Endpoint) -> None:
    found = _findings(endpoint)
    assert {f["severity"] for f in found} == {"passed"}, found
    asked = {"images", "secrets", "log-groups", "roles", "subnets", "quotas", "permissions"}
    assert asked <= {f["verification"] for f in found}


def test_a_new_tag_is_there_as_the_simulated_ecs_pulls_it_too(
    endpoint: Endpoint, stage: Stage
) -> None:
    stage.call("register_task_definition", **_definition("2"))
    assert _errors(endpoint, "web:2") == []
    ecr = _client(endpoint, "ecr")
    tags = {image["imageTag"] for image in ecr.list_images(repositoryName="team/web")["imageIds"]}
    assert tags == {"1", "2"}


@pytest.mark.parametrize(
    ("incident", "verification", "severity"),
    [
        ("image-not-in-ecr", "images", "error"),
        ("log-group-not-there", "log-groups", "error"),
        ("secret-not-there", "secrets", "error"),
        ("role-not-there", "roles", "error"),
        ("role-not-assumable", "roles", "warning"),
        ("subnet-full", "subnets", "error"),
        ("explicit-deny", "permissions", "error"),
        ("vcpu-quota", "quotas", "warning"),
    ],
)
def test_an_incident_is_seen_by_whoever_asks(
    stage: Stage, incident: str, verification: str, severity: str
) -> None:
    assert CATALOG[incident].inapplicable(stage) is None
    with Endpoint(stage.api) as endpoint:
        CATALOG[incident].arm(stage)
        assert open_account(stage).refused == []
        found = _findings(endpoint)
    assert (verification, severity) in {(f["verification"], f["severity"]) for f in found}


def test_what_a_client_deletes_is_gone(endpoint: Endpoint) -> None:
    image = [{"imageTag": "1"}]
    _client(endpoint, "ecr").batch_delete_image(repositoryName="team/web", imageIds=image)
    _client(endpoint, "logs", "eu-west-1").delete_log_group(logGroupName="/ecs/web")
    _client(endpoint, "iam").delete_role(RoleName="web-task")
    _client(endpoint, "ssm").delete_parameter(Name="/web/key")
    manager = _client(endpoint, "secretsmanager", "eu-west-1")
    for name in ("app/db", "app/main"):
        manager.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    _client(endpoint, "ec2").delete_subnet(SubnetId="subnet-1")
    errors = ["images", "log-groups", "roles", "secrets", "secrets", "secrets", "subnets"]
    assert _errors(endpoint) == errors


def test_what_a_new_revision_names_must_be_made_first(endpoint: Endpoint, stage: Stage) -> None:
    new = _definition()
    new["containerDefinitions"][1]["logConfiguration"]["options"]["awslogs-group"] = "/ecs/new"
    stage.call("register_task_definition", **new)
    assert _errors(endpoint, "web:2") == ["log-groups"]
    _client(endpoint, "logs", "eu-west-1").create_log_group(logGroupName="/ecs/new")
    assert _errors(endpoint, "web:2") == []


def test_subnets_are_where_the_tasks_are_and_security_groups_exist(
    endpoint: Endpoint, stage: Stage
) -> None:
    ec2 = _client(endpoint, "ec2")
    (subnet,) = ec2.describe_subnets(SubnetIds=["subnet-1"])["Subnets"]
    assert subnet["AvailabilityZone"] == stage.world.zones.of_subnet("subnet-1")
    (group,) = ec2.describe_security_groups(GroupIds=["sg-1"])["SecurityGroups"]
    assert group["GroupId"] == "sg-1"


def test_an_account_begins_anew_with_each_stage(endpoint: Endpoint, stage: Stage) -> None:
    _client(endpoint, "logs").create_log_group(logGroupName="/theirs")
    assert open_account(stage).refused == []
    assert _client(endpoint, "logs").describe_log_groups()["logGroups"] == []


def test_what_moto_refuses_is_told_and_the_rest_is_there() -> None:
    script = SHAPES["fargate"]()
    refused = _definition()
    refused["containerDefinitions"][1]["secrets"] = [{"name": "S", "valueFrom": "/aws/reserved"}]
    stage = Stage(script.service, refused)
    stage.bring_up()
    (told,) = open_account(stage).refused
    assert told.startswith("parameter /aws/reserved: ")
    with Endpoint(stage.api) as endpoint:
        assert _errors(endpoint) == ["secrets"]
