"""What RunTask and StartTask refuse: in the rules, and in the simulator that asks them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from cage.model.outcome import Promoted
from cage.rehearsal.shapes import SHAPES
from ecs_rules.task_starts import refusals
from tests.stories import tell


def _volume(**specification: Any) -> dict[str, Any]:
    role = "arn:aws:iam::123456789012:role/ebs"
    managed = {"roleArn": role, "tagSpecifications": [specification]}
    return {"volumeConfigurations": [{"name": "data", "managedEBSVolume": managed}]}


REFUSED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("StartTask", {"startedBy": "x" * 37}, "startedBy can have up to 36"),
    ("RunTask", {"startedBy": "x" * 129}, "startedBy can have up to 128"),
    ("RunTask", {"startedBy": "a b"}, "startedBy"),
    ("RunTask", {"clientToken": "x" * 65}, "clientToken"),
    ("RunTask", {"clientToken": "ä"}, "clientToken"),
    ("RunTask", {"overrides": {"containerOverrides": [{"command": ["x" * 8192]}]}}, "8192"),
    ("RunTask", {"tags": [{"key": f"k{n}"} for n in range(51)]}, "50 tags at most"),
    ("RunTask", {"tags": [{"key": "k"}, {"key": "k"}]}, "unique"),
    ("RunTask", {"tags": [{"key": "k" * 129}]}, "128 characters"),
    ("RunTask", {"tags": [{"key": "k", "value": "v" * 257}]}, "256 characters"),
    ("StartTask", {"tags": [{"key": "AWS:name"}]}, "reserved for AWS"),
    ("StartTask", {"tags": [{"key": "k", "value": "aws:x"}]}, "reserved for AWS"),
    ("RunTask", _volume(resourceType="volume", propagateTags="SERVICE"), "from a service"),
    ("RunTask", _volume(resourceType="volume", tags=[{"key": "AmazonECSCreated"}]), "reserved"),
)
ACCEPTED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("StartTask", {"startedBy": "x" * 36}),
    ("RunTask", {"startedBy": "x" * 128, "clientToken": "c" * 64}),
    ("RunTask", {"tags": [{"key": "k" * 128, "value": "v" * 256}]}),
    ("RunTask", {"tags": [{"key": f"k{n}"} for n in range(50)]}),
    ("RunTask", _volume(resourceType="volume", propagateTags="TASK_DEFINITION")),
    ("RunTask", _volume(resourceType="volume", tags=[{"key": "team", "value": "a"}])),
)


@pytest.mark.parametrize(("operation", "params", "why"), REFUSED)
def test_what_is_beyond_a_limit_is_refused(
    operation: str, params: dict[str, Any], why: str
) -> None:
    assert why in " ".join(refusals(operation, params))


@pytest.mark.parametrize(("operation", "params"), ACCEPTED)
def test_what_is_at_a_limit_is_accepted(operation: str, params: dict[str, Any]) -> None:
    assert list(refusals(operation, params)) == []


def test_the_simulator_refuses_what_the_rules_refuse() -> None:
    stage = SHAPES["ec2-bridge"]().stage()
    ecs = stage.simulator.client("ecs")
    instance = stage.world.clusters[stage.cluster][0].arn
    known = {"cluster": stage.cluster, "taskDefinition": "web:1"}
    ecs.start_task(**known, containerInstances=[instance], startedBy="x" * 36)
    with pytest.raises(ClientError, match="startedBy can have up to 36"):
        ecs.start_task(**known, containerInstances=[instance], startedBy="x" * 37)
    with pytest.raises(ClientError, match="reserved for AWS"):
        ecs.run_task(**known, tags=[{"key": "aws:k", "value": "v"}])


def test_a_service_with_a_long_name_and_a_named_instance_is_rolled_out() -> None:
    service = {**SHAPES["ec2-bridge"]().service, "serviceName": "web-" + "x" * 60}
    story = tell("ec2-bridge", service=service)
    assert "StartTask" in story.act.calls
    assert isinstance(story.outcome, Promoted)
