"""What is asked of other AWS services, on moto's backends of them."""

from __future__ import annotations

import functools
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import botocore.session
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from cage.aws.calls import Caller, Hop
from cage.aws.image_config import fetch
from cage.aws.logs import BotoLogs
from cage.aws.prerequisites import BotoPrerequisites
from cage.model.account import VcpuQuota
from cage.model.errors import NotFoundError
from cage.model.telemetry import LogStream

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


def test_a_role_shows_its_trust_and_its_path(prerequisites: BotoPrerequisites) -> None:
    trust = {"Version": "2012-10-17", "Statement": []}
    document = json.dumps(trust)
    _client("iam").create_role(RoleName="task", Path="/app/", AssumeRolePolicyDocument=document)
    role = anyio.run(prerequisites.find_role, f"arn:aws:iam::{_ACCOUNT}:role/task")
    assert (role.arn, role.trust) == (f"arn:aws:iam::{_ACCOUNT}:role/app/task", trust)
    with pytest.raises(NotFoundError):
        anyio.run(prerequisites.find_role, "other")


def test_subnets_show_their_free_addresses(prerequisites: BotoPrerequisites) -> None:
    ec2 = _client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/28")["Subnet"]["SubnetId"]
    assert anyio.run(prerequisites.subnets, [subnet])[subnet].free == 11
    with pytest.raises(NotFoundError):
        anyio.run(prerequisites.subnets, ["subnet-00000000000000000"])


class Answers:
    """A client that gives one answer for each operation, and keeps what it was asked."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: dict[str, dict[str, Any]] = {}
        self.meta = self
        self.method_to_api_mapping = {name: name for name in answers}

    def __getattr__(self, operation: str) -> Any:
        def call(**params: Any) -> Any:
            self.asked[operation] = params
            answer = self.answers[operation]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


def _refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Operation")


def _on(answers: Answers, fetch: Callable[[str], bytes | None]) -> BotoPrerequisites:
    async def inline(call: Any, *, abandon: bool) -> Any:
        assert abandon
        return call()

    return BotoPrerequisites(lambda _service, _region: answers, Caller(_REGION, inline), fetch)


_CONFIG = {
    "mediaType": "application/vnd.docker.container.image.v1+json",
    "size": 1500,
    "digest": "sha256:" + "c" * 64,
}


@pytest.mark.parametrize(
    ("config", "blob", "told"),
    [
        (_CONFIG, b'{"architecture": "arm64", "os": "linux"}', {"arm64"}),
        (_CONFIG, b"no JSON", set()),
        (_CONFIG, b"[]", set()),
        (_CONFIG, None, set()),
        ({**_CONFIG, "mediaType": "application/vnd.cncf.helm.config.v1+json"}, b"{}", set()),
        ({**_CONFIG, "size": 1 << 30}, b'{"architecture": "arm64"}', set()),
    ],
)
def test_a_single_image_tells_its_architecture_by_its_configuration(
    config: dict[str, Any], blob: bytes | None, told: set[str]
) -> None:
    manifest = json.dumps({"schemaVersion": 2, "config": config, "layers": []})
    answers = Answers(
        batch_get_image={"images": [{"imageManifest": manifest}]},
        get_download_url_for_layer={"downloadUrl": "https://layers.test/signed"},
    )
    fetched: list[str] = []

    def fetch(url: str) -> bytes | None:
        fetched.append(url)
        return blob

    ask = _on(answers, fetch).image_architectures
    assert anyio.run(ask, _ACCOUNT, _REGION, "web", "2", None) == told
    if fetched:
        assert fetched == ["https://layers.test/signed"]
        asked = answers.asked["get_download_url_for_layer"]
        assert asked == {
            "registryId": _ACCOUNT,
            "repositoryName": "web",
            "layerDigest": _CONFIG["digest"],
        }


def test_without_leave_to_read_it_an_image_tells_no_architecture() -> None:
    answers = Answers(
        batch_get_image={"images": [{"imageManifest": json.dumps({"config": _CONFIG})}]},
        get_download_url_for_layer=_refusal("AccessDeniedException"),
    )
    ask = _on(answers, lambda _url: b"{}").image_architectures
    assert anyio.run(ask, _ACCOUNT, _REGION, "web", "2", None) == frozenset()


def test_what_cant_be_fetched_is_nothing() -> None:
    assert fetch("http://127.0.0.1:1/") is None


@pytest.mark.parametrize(("spot", "kind"), [(False, "OnDemand"), (True, "Spot")])
def test_the_quota_of_vcpus_and_their_use_are_of_the_same_kind(spot: bool, kind: str) -> None:
    answers = Answers(
        get_service_quota={"Quota": {"Value": 6.0}},
        get_metric_data={"MetricDataResults": [{"Id": "used", "Values": [5.5, 2.0]}]},
    )
    quota = anyio.run(functools.partial(_on(answers, fetch).fargate_vcpus, spot=spot))
    assert quota == VcpuQuota(6.0, 5.5)
    assert answers.asked["get_service_quota"]["ServiceCode"] == "fargate"
    (query,) = answers.asked["get_metric_data"]["MetricDataQueries"]
    dimensions = {d["Name"]: d["Value"] for d in query["MetricStat"]["Metric"]["Dimensions"]}
    assert dimensions == {
        "Service": "Fargate",
        "Type": "Resource",
        "Resource": "vCPU",
        "Class": f"Standard/{kind}",
    }


@pytest.mark.parametrize("answer", [_refusal("AccessDenied"), {"MetricDataResults": []}])
def test_a_use_that_nobody_tells_is_unknown(answer: Any) -> None:
    answers = Answers(get_service_quota={"Quota": {"Value": 6.0}}, get_metric_data=answer)
    quota = anyio.run(functools.partial(_on(answers, fetch).fargate_vcpus, spot=False))
    assert quota == VcpuQuota(6.0, None)


_SESSION = "arn:aws:sts::123456789012:assumed-role/ci/deploy"
_WITH_PATH = "arn:aws:iam::123456789012:role/team/ci"


@pytest.mark.parametrize(
    ("role", "source"),
    [
        ({"Role": {"Arn": _WITH_PATH}}, _WITH_PATH),
        (_refusal("AccessDenied"), "arn:aws:iam::123456789012:role/ci"),
    ],
)
def test_iam_is_asked_about_the_callers_role_with_its_path(role: Any, source: str) -> None:
    answers = Answers(
        get_caller_identity={"Arn": _SESSION},
        get_role=role,
        simulate_principal_policy={
            "EvaluationResults": [{"EvalActionName": "ecs:RunTask", "EvalDecision": "allowed"}]
        },
    )
    said = anyio.run(_on(answers, fetch).simulate, ["ecs:RunTask"])
    assert said == {"ecs:RunTask": "allowed"}
    assert answers.asked["simulate_principal_policy"]["PolicySourceArn"] == source
