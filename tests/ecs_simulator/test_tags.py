"""Tags: set, removed and listed, and what ECS refuses."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from cage.rehearsal.stage import Stage
from tests.ecs_simulator.stages import up


def tag(stage: Stage, arn: str, **tags: str) -> None:
    pairs = [{"key": key, "value": value} for key, value in tags.items()]
    stage.call("tag_resource", resourceArn=arn, tags=pairs)


def listed(stage: Stage, arn: str) -> dict[str, str]:
    found = stage.call("list_tags_for_resource", resourceArn=arn)["tags"]
    return {one["key"]: one["value"] for one in found}


def arns(stage: Stage) -> dict[str, str]:
    return {
        "service": stage.service.arn,
        "task": stage.service.tasks[0].arn,
        "task definition": stage.service.primary.revision.arn,
    }


@pytest.mark.parametrize("kind", ["service", "task", "task definition"])
def test_tags_are_added_and_replaced_and_others_stay_until_they_are_removed(kind: str) -> None:
    stage = up()
    arn = arns(stage)[kind]
    tag(stage, arn, team="web", tier="front")
    tag(stage, arn, tier="back")
    assert listed(stage, arn) == {"team": "web", "tier": "back"}
    stage.call("untag_resource", resourceArn=arn, tagKeys=["team", "unknown"])
    assert listed(stage, arn) == {"tier": "back"}


def test_descriptions_show_the_tags_when_they_are_asked_for() -> None:
    stage = up(tags=[{"key": "team", "value": "web"}])
    stage.call("untag_resource", resourceArn=stage.service.arn, tagKeys=["team"])
    tag(stage, stage.service.arn, tier="back")
    where = {"cluster": "main", "services": ["web"]}
    shown = stage.call("describe_services", **where, include=["TAGS"])["services"][0]
    assert shown["tags"] == [{"key": "tier", "value": "back"}]
    assert "tags" not in stage.call("describe_services", **where)["services"][0]


def test_the_next_tasks_of_a_service_take_its_tags_as_they_are_by_then() -> None:
    stage = up(tags=[{"key": "team", "value": "web"}], propagateTags="SERVICE")
    old = stage.service.tasks[0]
    tag(stage, stage.service.arn, team="shop")
    stage.call("stop_task", cluster="main", task=old.arn)
    stage.world.run_until(stage.world.now + 120)
    newest = max(stage.service.tasks, key=lambda task: task.created_s)
    assert (old.tags["team"], newest.tags["team"]) == ("web", "shop")


@pytest.mark.parametrize(
    ("arn", "text"),
    [
        (
            "arn:aws:ecs:us-east-1:123456789012:service/web",
            "Long arn format must be used for tagging operations",
        ),
        (
            "arn:aws:ecs:us-east-1:123456789012:service/main/nowhere",
            "The specified service is not found or inactive.",
        ),
        (
            "arn:aws:ecs:us-east-1:123456789012:task/main/nowhere",
            "The specified task is not found or stopped.",
        ),
    ],
)
def test_what_isnt_there_cant_be_tagged(arn: str, text: str) -> None:
    with pytest.raises(ClientError, match=text):
        tag(up(), arn, team="web")


def test_a_service_with_the_old_arn_format_takes_no_tags() -> None:
    stage = up()
    long = stage.service.arn
    stage.service.arn = "arn:aws:ecs:us-east-1:123456789012:service/web"
    with pytest.raises(ClientError, match="does not have the longArn format"):
        tag(stage, long, team="web")


def test_a_resource_has_at_most_fifty_tags_and_none_of_aws() -> None:
    stage = up()
    with pytest.raises(ClientError, match="LimitExceededException"):
        tag(stage, stage.service.arn, **{f"key{number}": "" for number in range(51)})
    with pytest.raises(ClientError, match="reserved for AWS"):
        tag(stage, stage.service.arn, **{"aws:team": "web"})
    assert listed(stage, stage.service.arn) == {}
