"""What a task definition names can exist in an account, under the very name and ARN."""

from __future__ import annotations

import pytest

from ecs_simulator import Simulator
from ecs_simulator.resources import ResourceError

_SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:app/db-a1b2c3"  # noqa: S105  a name
_ROLE = "arn:aws:iam::111122223333:role/app/web"


def test_clients_find_what_was_added_and_other_accounts_have_none_of_it() -> None:
    simulator, other = Simulator(), Simulator()
    simulator.resources.add_secret(_SECRET, "hunter2")
    simulator.resources.add_role(_ROLE, {"Version": "2012-10-17", "Statement": []})
    simulator.resources.add_repository("web")
    simulator.resources.add_image("web", "1", architectures=("amd64", "arm64"))
    secrets = simulator.client("secretsmanager")
    assert secrets.get_secret_value(SecretId=_SECRET)["SecretString"] == "hunter2"
    assert simulator.client("iam").get_role(RoleName="web")["Role"]["Arn"] == _ROLE
    images = simulator.client("ecr").list_images(repositoryName="web")["imageIds"]
    assert "1" in {image.get("imageTag") for image in images}
    assert other.client("secretsmanager").list_secrets()["SecretList"] == []
    assert other.client("ecr").describe_repositories()["repositories"] == []


def test_what_can_t_be_added_is_named_with_the_reason() -> None:
    with pytest.raises(ResourceError, match="parameter /aws/reserved: "):
        Simulator().resources.add_parameter("/aws/reserved")


def test_an_account_that_is_cleared_has_nothing_left() -> None:
    simulator = Simulator()
    simulator.resources.add_log_group("/ecs/web")
    simulator.resources.clear()
    assert simulator.client("logs").describe_log_groups()["logGroups"] == []


def test_a_role_can_have_the_policies_that_aws_manages() -> None:
    with Simulator() as simulator:
        iam = simulator.client("iam")
        iam.create_role(RoleName="execution", AssumeRolePolicyDocument="{}")
        arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
        iam.attach_role_policy(RoleName="execution", PolicyArn=arn)
        (attached,) = iam.list_attached_role_policies(RoleName="execution")["AttachedPolicies"]
        assert attached["PolicyArn"] == arn
