"""What is asked of other AWS services, on moto's backends of them."""

from __future__ import annotations

import functools
import hashlib
import json
import time
from collections.abc import Iterator
from typing import Any

import anyio
import botocore.session
import pytest
from moto import mock_aws

from cage.aws.calls import Caller, Hop
from cage.aws.logs import BotoLogs
from cage.aws.prerequisites import BotoPrerequisites
from cage.errors import NotFoundError
from cage.telemetry import LogStream

_REGION = "us-east-1"
_ACCOUNT = "123456789012"


@functools.cache
def _client(service: str, region: str | None = None) -> Any:
    session = botocore.session.Session()
    session.set_credentials("a", "b")
    return session.create_client(service, region_name=region or _REGION)


@pytest.fixture
def prerequisites() -> Iterator[BotoPrerequisites]:
    async def inline(call: Any, *, abandon: bool) -> Any:
        assert abandon
        return call()

    _client.cache_clear()
    hop: Hop = inline
    with mock_aws():
        yield BotoPrerequisites(_client, Caller(_REGION, hop))


def test_an_image_tells_the_architectures_of_its_index(prerequisites: BotoPrerequisites) -> None:
    ecr = _client("ecr")
    ecr.create_repository(repositoryName="web")
    digest = "sha256:" + hashlib.sha256(b"x").hexdigest()
    kind = "application/vnd.oci.image.manifest.v1+json"
    manifests = [
        {"mediaType": kind, "digest": digest, "size": 1,
         "platform": {"architecture": a, "os": "linux"}}
        for a in ("amd64", "arm64", "unknown")
    ]  # fmt: skip
    index = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": manifests,
    }
    media_type = "application/vnd.oci.image.index.v1+json"
    ecr.put_image(
        repositoryName="web",
        imageManifest=json.dumps(index),
        imageManifestMediaType=media_type,
        imageTag="2",
    )
    ask = functools.partial(prerequisites.image_architectures, _ACCOUNT, _REGION, "web")
    assert anyio.run(ask, "2", None) == {"amd64", "arm64"}
    with pytest.raises(NotFoundError):
        anyio.run(ask, "3", None)
    with pytest.raises(NotFoundError):
        anyio.run(prerequisites.image_architectures, _ACCOUNT, _REGION, "nowhere", "2", None)


def test_no_value_is_needed_to_find_a_secret(
    prerequisites: BotoPrerequisites,
) -> None:
    _client("ssm").put_parameter(Name="/web/key", Value="hunter2", Type="SecureString")
    arn = _client("secretsmanager").create_secret(Name="db", SecretString="hunter2")["ARN"]
    anyio.run(prerequisites.find_parameter, "/web/key", _REGION)
    anyio.run(prerequisites.find_secret, arn, _REGION)
    with pytest.raises(NotFoundError):
        anyio.run(prerequisites.find_parameter, "/web/other", _REGION)
    with pytest.raises(NotFoundError):
        anyio.run(prerequisites.find_secret, arn.replace("secret:db", "secret:no"), _REGION)


def test_a_log_group_is_found_by_its_whole_name(prerequisites: BotoPrerequisites) -> None:
    _client("logs").create_log_group(logGroupName="/ecs/web-2")
    assert anyio.run(prerequisites.has_log_group, "/ecs/web-2", _REGION)
    assert not anyio.run(prerequisites.has_log_group, "/ecs/web", _REGION)


def test_the_end_of_a_log_is_read(prerequisites: BotoPrerequisites) -> None:
    logs = _client("logs")
    logs.create_log_group(logGroupName="/ecs/web")
    logs.create_log_stream(logGroupName="/ecs/web", logStreamName="web/web/1")
    now = time.time_ns() // 1_000_000
    logs.put_log_events(
        logGroupName="/ecs/web",
        logStreamName="web/web/1",
        logEvents=[{"timestamp": now + n, "message": f"line {n}\n"} for n in range(5)],
    )

    async def inline(call: Any, *, abandon: bool) -> Any:
        assert abandon
        return call()

    reader = BotoLogs(functools.partial(_client, "logs"), Caller(_REGION, inline))
    there = LogStream("/ecs/web", "web/web/1")
    assert anyio.run(reader.tail, there, 2) == ("line 3", "line 4")
    with pytest.raises(NotFoundError):
        anyio.run(reader.tail, LogStream("/ecs/web", "web/web/2", _REGION), 2)
    assert prerequisites is not None


def test_a_role_shows_its_trust(prerequisites: BotoPrerequisites) -> None:
    trust = {"Version": "2012-10-17", "Statement": []}
    _client("iam").create_role(RoleName="task", AssumeRolePolicyDocument=json.dumps(trust))
    assert anyio.run(prerequisites.role_trust, "task") == trust
    with pytest.raises(NotFoundError):
        anyio.run(prerequisites.role_trust, "other")


def test_subnets_show_their_free_addresses(prerequisites: BotoPrerequisites) -> None:
    ec2 = _client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/28")["Subnet"]["SubnetId"]
    assert anyio.run(prerequisites.free_addresses, [subnet]) == {subnet: 11}
    with pytest.raises(NotFoundError):
        anyio.run(prerequisites.free_addresses, ["subnet-00000000000000000"])
