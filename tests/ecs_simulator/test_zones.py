"""Tasks are spread over zones, and a zone can fail."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from ecs_simulator.world import hosts
from tests.ecs_simulator.stages import deploy, settled, up, wait, wait_for

SUBNETS = ["subnet-1", "subnet-2", "subnet-3"]
NETWORK = {"awsvpcConfiguration": {"subnets": SUBNETS, "securityGroups": ["sg-1"]}}


def test_fargate_spreads_a_service_over_its_subnets() -> None:
    stage = up(networkConfiguration=NETWORK)
    assert Counter(t.zone for t in stage.service.tasks) == dict.fromkeys(stage.world.zones.names, 1)
    arns = [t.arn for t in stage.service.tasks]
    shown = stage.call("describe_tasks", cluster="main", tasks=arns)["tasks"]
    assert {t["availabilityZone"] for t in shown} == set(stage.world.zones.names)
    subnets = {d["value"] for t in shown for d in t["attachments"][0]["details"][:1]}
    assert subnets == set(SUBNETS)


@pytest.mark.parametrize(("shape", "network"), [("fargate", NETWORK), ("ec2-bridge", None)])
def test_a_zone_that_fails_is_left_and_deployments_go_on(shape: str, network: Any) -> None:
    stage = up(shape, networkConfiguration=network)
    lost = stage.service.tasks[0].zone
    hosts.lose_zone(stage.world, lost)
    assert stage.world.healthy_targets(stage.service) < 3
    wait_for(stage, lambda: stage.world.healthy_targets(stage.service) == 3)
    deploy(stage)
    wait_for(stage, settled(stage))
    wait(stage, 60)
    assert lost not in {t.zone for t in stage.service.tasks}


def test_nothing_is_started_where_every_zone_has_failed() -> None:
    stage = up()
    hosts.lose_zone(stage.world, stage.service.tasks[0].zone)
    wait(stage, 300)
    assert stage.service.tasks == []
