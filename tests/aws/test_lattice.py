"""Target groups of VPC Lattice, as cage reads and changes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anyio
import pytest
from botocore.stub import Stubber

from cage.aws.calls import Caller
from cage.aws.clients import Clients
from cage.aws.lattice import BotoLatticeTargetGroups
from cage.model.errors import RefusedError
from cage.model.targets import Target

_ARN = "arn:aws:vpc-lattice:us-east-1:123456789012:targetgroup/tg-0123456789abcdef0"
_ASKED = {"targetGroupIdentifier": _ARN}


@pytest.fixture
def answers() -> Iterator[tuple[Stubber, BotoLatticeTargetGroups]]:
    clients = Clients("us-east-1")
    clients.session.set_credentials("a", "b")
    client = clients.client("vpc-lattice")
    with Stubber(client) as stub:
        yield stub, BotoLatticeTargetGroups(lambda: client, Caller("us-east-1"))


def test_a_target_that_is_not_registered_is_an_error(answers: Any) -> None:
    stub, groups = answers
    failure = {"failureCode": "UnsupportedTarget", "failureMessage": "Not in the VPC", "port": 80}
    asked = {**_ASKED, "targets": [{"id": "10.0.0.1", "port": 80}]}
    stub.add_response("register_targets", {"successful": [], "unsuccessful": [failure]}, asked)
    with pytest.raises(RefusedError) as raised:
        anyio.run(groups.register, _ARN, Target("10.0.0.1", 80))
    assert "didn't register 10.0.0.1:80" in raised.value.what
    assert "UnsupportedTarget: Not in the VPC" in raised.value.why


def test_every_page_of_targets_is_read(answers: Any) -> None:
    stub, groups = answers
    first = {"id": "10.0.0.1", "port": 80, "status": "HEALTHY"}
    second = {
        "id": "10.0.0.2",
        "port": 80,
        "status": "UNHEALTHY",
        "reasonCode": "HealthCheckFailed",
    }
    stub.add_response("list_targets", {"items": [first], "nextToken": "more"}, _ASKED)
    stub.add_response("list_targets", {"items": [second]}, {**_ASKED, "nextToken": "more"})
    found = anyio.run(groups.health, _ARN)
    assert {str(target): health.state for target, health in found.items()} == {
        "10.0.0.1:80": "healthy",
        "10.0.0.2:80": "unhealthy",
    }
    assert found[Target("10.0.0.2", 80)].reason == "HealthCheckFailed"


def test_a_deleted_target_group_needs_no_deregistration(answers: Any) -> None:
    stub, groups = answers
    stub.add_client_error("deregister_targets", "ResourceNotFoundException", "gone", 404)
    anyio.run(groups.deregister, _ARN, Target("10.0.0.1", 80))
