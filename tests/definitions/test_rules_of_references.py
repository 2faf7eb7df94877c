"""Given a reference to something outside of ECS, when it can't work, then `check` says why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.definitions.folder import Folder

_APP = "containerDefinitions[0]"
_STORED = "arn:aws:secretsmanager:eu-west-1:210987654321:secret:db-AbCdEf"
_ROLE = {"executionRoleArn": "arn:aws:iam::210987654321:role/shop"}
_ECR = "210987654321.dkr.ecr.eu-west-1.amazonaws.com/"


def _told(folder: Folder, changes: dict[str, Any]) -> str:
    return "\n".join(folder.task({**_ROLE, **changes}).errors())


@pytest.mark.parametrize(
    ("parts", "remedy"),
    [(":user", "Add 2 colons"), (":user:", "Add 1 colon "), (":user:::", "secret:NAME:JSON-KEY")],
)
def test_a_secrets_json_key_needs_the_colons_that_follow_it(
    folder: Folder, parts: str, remedy: str
) -> None:
    secrets = [{"name": "USER", "valueFrom": _STORED + parts}]
    told = _told(folder, {f"{_APP}.secrets": secrets})
    assert "secrets[0].valueFrom" in told
    assert remedy in told


@pytest.mark.parametrize("parts", ["", ":user::", "::AWSPREVIOUS:", ":::0123"])
def test_a_secret_with_all_its_parts_is_accepted(folder: Folder, parts: str) -> None:
    secrets = [{"name": "USER", "valueFrom": _STORED + parts}]
    assert not _told(folder, {f"{_APP}.secrets": secrets})


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("s3://bucket/shop.env", "its address"),
        ("https://bucket.s3.amazonaws.com/shop.env", "not the ARN"),
        ("arn:aws:s3:::bucket/shop.txt", "not the ARN"),
        ("arn:aws:s3:::bucket/shop.env", ""),
        ("arn:aws-cn:s3:::bucket/a/b.c.env", ""),
    ],
)
def test_an_environment_file_is_the_arn_of_an_object(folder: Folder, value: str, word: str) -> None:
    told = _told(folder, {f"{_APP}.environmentFiles": [{"value": value, "type": "s3"}]})
    assert (word in told) if word else not told


def test_ecr_has_no_repository_of_one_letter(folder: Folder) -> None:
    assert "one character" in _told(folder, {f"{_APP}.image": f"{_ECR}a:1"})
    assert not _told(folder, {f"{_APP}.image": f"{_ECR}ab:1"})
    assert not _told(folder, {f"{_APP}.image": f"{_ECR}a/b:1"})


def test_alarms_of_a_deployment_need_the_controller_ecs(folder: Folder) -> None:
    alarms = {"alarmNames": ["5xx"], "enable": True, "rollback": True}
    folder.service(
        {"deploymentController": {"type": "CODE_DEPLOY"}, "deploymentConfiguration.alarms": alarms}
    )
    assert any("alarms need the deployment controller ECS" in e for e in folder.errors())


def test_the_files_count_decides_nothing_about_the_percents(folder: Folder) -> None:
    percents = {"minimumHealthyPercent": 50, "maximumPercent": 100}
    folder.service({"desiredCount": 1, "deploymentConfiguration": percents})
    assert not folder.errors()
    _, findings = folder.inspect()
    assert any("no deployment can proceed" in one.message for one in findings)


def test_a_variable_that_is_empty_is_named(folder: Folder) -> None:
    folder.environ = {"TAG": ""}
    folder.task({f"{_APP}.image": "shop:${TAG}"})
    _, findings = folder.inspect()
    (empty,) = (one for one in findings if "the variable TAG is empty" in one.message)
    assert empty.place is not None
    assert "${TAG:-}" in empty.remedy
    folder.task({f"{_APP}.image": "shop${TAG:-}"})
    assert not folder.inspect()[1]
