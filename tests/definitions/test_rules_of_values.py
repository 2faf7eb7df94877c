"""Values that AWS's model takes for any text, and that fail later: images, ARNs, references."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .folder import Folder

_APP = "containerDefinitions[0]"


@pytest.mark.parametrize(
    ("image", "words"),
    [
        ("shop:5 ", "has a space or a line end in it"),
        ("shop:5\n", "has a space or a line end in it"),
        ("https://registry.example.com/shop:5", "an image's name has no scheme"),
        ("registry.example.com/Team/shop:5", "has capital letters in its repository"),
        ("Shop", "has capital letters in its repository"),
        ("shop:feature/login", "is not an image's name"),
        ("shop:", "is not an image's name"),
        ("{image}", "is not an image's name"),
        ("shop@sha256:12", "has another digest than sha256: and 64 characters"),
        (f"shop@sha512:{'a' * 64}", "has another digest than sha256: and 64 characters"),
        ("a/" * 130 + "a", "is longer than 255 characters"),
        ("a/" * 130 + f"a@sha256:{'a' * 64}", "is longer than 255 characters before the @"),
    ],
)
def test_an_image_that_no_registry_has_is_refused(folder: Folder, image: str, words: str) -> None:
    (error,) = folder.task({f"{_APP}.image": image}).errors()
    assert f"{_APP}.image: " in error
    assert words in error


@pytest.mark.parametrize(
    "image",
    [
        "shop",
        "shop:5",
        "library/shop:v1.2_3-x",
        "localhost/shop",
        "registry:5000/team/a__b/c-d.e:5",
        "REGISTRY/shop",
        "210987654321.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:" + "0aB1" * 16,
        "public.ecr.aws/team/shop:5@sha256:" + "a" * 64,
    ],
)
def test_an_image_as_registries_name_them_is_sent(folder: Folder, image: str) -> None:
    _, task = folder.task({f"{_APP}.image": image}).read()
    assert task["containerDefinitions"][0]["image"] == image
    assert folder.warnings() == []


@pytest.mark.parametrize("key", ["cage:promote", "cage:lease-until", "Cage:step"])
def test_a_file_does_not_set_tags_of_cages_own(folder: Folder, key: str) -> None:
    tags = [{"key": "team", "value": "a"}, {"key": key, "value": "2030-01-07T09:05:00Z by alice"}]
    (error,) = folder.task({"tags": tags}).errors()
    assert "tags[1].key: tags that begin with cage: are cage's own" in error
    (error,) = folder.task({}).service({"tags": tags}).errors()
    assert "tags[1].key" in error


def test_a_variables_value_makes_no_image_and_is_not_shown(folder: Folder) -> None:
    folder.environ = {"TAG": "hunter2 "}
    (error,) = folder.task({f"{_APP}.image": "shop:${TAG}"}).errors()
    assert '"shop:${TAG}" has a space or a line end in it' in error
    assert "hunter2" not in error


@pytest.mark.parametrize("value", ["hunter2!", "arn:aws", "arn:aws:ssm:hunter2"])
@pytest.mark.parametrize("key", ["secrets", "logConfiguration.secretOptions"])
def test_a_secrets_value_where_its_place_belongs_is_refused_and_not_shown(
    folder: Folder, key: str, value: str
) -> None:
    folder.task({f"{_APP}.logConfiguration": {"logDriver": "splunk"}})
    changes = {
        f"{_APP}.logConfiguration": {"logDriver": "splunk", "options": {"splunk-url": "x"}},
        f"{_APP}.{key}": [{"name": "PASSWORD", "valueFrom": value}],
    }
    error = next(one for one in folder.task(changes).errors() if "valueFrom" in one)
    assert "this is not an ARN or the name of a parameter" in error
    assert value not in error


@pytest.mark.parametrize(
    ("file", "path", "value", "words"),
    [
        (
            "service",
            "loadBalancers[0].targetGroupArn",
            "arn:aws:elasticloadbalancing:eu-west-1:210987654321:loadbalancer/app/web/1",
            "a target group",
        ),
        ("service", "loadBalancers[0].targetGroupArn", "web", "a target group"),
        ("task", "taskRoleArn", "arn:aws:iam::210987654321:user/shop", "a role"),
        (
            "task",
            "executionRoleArn",
            "arn:aws:iam::210987654321:instance-profile/shop",
            "a role",
        ),
    ],
)
def test_an_arn_of_something_else_is_refused(
    folder: Folder, file: str, path: str, value: str, words: str
) -> None:
    change = folder.service if file == "service" else folder.task
    (error,) = change({path: value}).errors()
    assert f"{path}: " in error
    assert f"is not an ARN of {words}" in error


def test_a_role_may_be_a_name(folder: Folder) -> None:
    _, task = folder.task({"taskRoleArn": "shop", "executionRoleArn": "shop-start"}).read()
    assert task["taskRoleArn"] == "shop"


def test_a_blank_in_a_name_is_told_once(folder: Folder) -> None:
    (error,) = folder.task({"family": "<FAMILY>"}).errors()
    assert '"<FAMILY>" is a blank that was not filled in' in error


def test_words_that_stand_for_a_name_are_warned_of(folder: Folder) -> None:
    folder.task({f"{_APP}.image": "IMAGE_URI"})
    folder.service({"loadBalancers[0].targetGroupArn": "TARGET_GROUP_ARN"})
    group, image = folder.warnings()
    assert '"TARGET_GROUP_ARN" looks like a blank to fill in' in group
    assert '"IMAGE_URI" looks like a blank to fill in' in image
