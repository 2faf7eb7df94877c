"""What an account has beside ECS and load balancers, in moto: what the stage says is there.

It is furnished by cage's own verifications: what they ask for is made, under the very name
that they ask by, if `stage.prerequisites` has it; so incidents are seen by every client. From
then on it is moto's, and clients may change it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import anyio
from botocore.awsrequest import AWSPreparedRequest
from moto.backends import get_backend

from cage.aws import translate
from cage.model.account import Role, VcpuQuota
from cage.model.errors import NotFoundError
from cage.ports.prerequisites import Prerequisites
from cage.rehearsal.stage import REGION, Stage
from cage.runtime import clock
from cage.verification import Ground
from cage.verification.preflight import find_all
from ecs_simulator import loop
from ecs_simulator.operations import views
from ecs_simulator.world.things import ACCOUNT

_INDEX = "application/vnd.oci.image.index.v1+json"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_REGION_OF = re.compile(r"^https://[^/]*?\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com")
_SUFFIX = re.compile(r"-[A-Za-z0-9]{6}$")
"""What Secrets Manager puts behind a secret's name in its ARN."""

_VALUE = "simulated"
_NO_TRUST = {"Version": "2012-10-17", "Statement": []}
_QUOTAS = {"L-3032A538": "Standard/OnDemand", "L-36FBB829": "Standard/Spot"}
"""Fargate's vCPU quotas, and the class that CloudWatch has for their use (ECS developer guide,
"AWS Fargate usage metrics")."""


@dataclasses.dataclass(slots=True)
class Account:
    """Makes what it is asked for, if it is there; fulfils `cage.ports.prerequisites.Prerequisites`.

    Args:
        known: Tells what is there, and how.
        zone_of: Tells the Availability Zone of a subnet.

    Attributes:
        refused: What couldn't be made, and why, a line each.
    """

    known: Prerequisites
    zone_of: Callable[[str], str]
    refused: list[str] = dataclasses.field(default_factory=list)
    _pushed: set[tuple[str, str, str]] = dataclasses.field(default_factory=set)

    def answer(
        self, service: str, operation: str, request: AWSPreparedRequest
    ) -> dict[str, Any] | None:
        """Answer a request that moto can't; None: it is moto's.

        An image that isn't known yet is pushed to its repository first: the simulated ECS pulls
        every image, so a new tag must be there too. One that was deleted stays away.
        """
        raw = request.body or ""
        body = raw.decode(errors="replace") if isinstance(raw, bytes) else raw
        match service, operation:
            case "ecr", "BatchGetImage":
                self._expect(json.loads(body or "{}"), request.url)
            case "iam", "SimulatePrincipalPolicy":
                actions = [v for k, v in parse_qsl(body) if k.startswith("ActionNames.member.")]
                told = anyio.run(self.known.simulate, actions) or {}
                results = [
                    {"EvalActionName": action, "EvalResourceName": "*", "EvalDecision": decision}
                    for action, decision in told.items()
                ]
                return {"EvaluationResults": results, "IsTruncated": False}
            case "service-quotas", "GetServiceQuota":
                return self._quota(json.loads(body or "{}"))
        return None

    async def image_architectures(
        self, account: str, region: str, repository: str, tag: str | None, digest: str | None
    ) -> frozenset[str]:
        """Push an image to a repository that is made for it."""
        with self._noting(f"repository {repository}"):
            ecr = _backend("ecr", region)
            if repository not in ecr.repositories:
                ecr.create_repository(repository, account, {}, {}, "MUTABLE", [])
        found = await self.known.image_architectures(account, region, repository, tag, digest)
        with self._noting(f"image {repository}:{digest or tag}"):
            self._push(region, repository, tag, digest, found)
        return found

    async def find_parameter(self, name: str, region: str) -> None:
        """Make a parameter; its value is the word `simulated`."""
        await self.known.find_parameter(name, region)
        with self._noting(f"parameter {name}"):
            ssm = _backend("ssm", region)
            ssm.put_parameter(
                name=name,
                description="",
                value=_VALUE,
                parameter_type="SecureString",
                allowed_pattern="",
                keyid="alias/aws/ssm",
                overwrite=True,
                tags=[],
                data_type="text",
                tier=None,
                policies=None,
            )

    async def find_secret(self, arn: str, region: str) -> None:
        """Make a secret with this very ARN; its value is the word `simulated`."""
        await self.known.find_secret(arn, region)
        with self._noting(f"secret {arn}"):
            manager = _backend("secretsmanager", region)
            name = _SUFFIX.sub("", arn.rpartition(":")[2])
            manager.create_secret(name, _VALUE, None, None, None, None, None, [], False)  # noqa: FBT003  moto's own order
            manager.secrets[name].arn = arn

    async def has_log_group(self, name: str, region: str) -> bool:
        """Make a log group."""
        if not await self.known.has_log_group(name, region):
            return False
        with self._noting(f"log group {name}"):
            _backend("logs", region).create_log_group(name, {})
        return True

    async def find_role(self, role: str) -> Role:
        """Make a role, with its path and its trust."""
        found = await self.known.find_role(role)
        path, _, name = found.arn.rpartition(":role/")[2].rpartition("/")
        with self._noting(f"role {name}"):
            at = f"/{path}/" if path else "/"
            trust = json.dumps(dict(found.trust) or _NO_TRUST)
            made = _backend("iam", "aws").create_role(name, trust, at, None, "", [], None)
            # Files may name any account; the simulated one has whatever they name.
            made.account_id = found.arn.split(":")[4]
        return found

    async def free_addresses(self, subnets: Sequence[str]) -> dict[str, int]:
        """Make subnets, in a VPC of their own."""
        free = await self.known.free_addresses(subnets)
        with self._noting(f"subnets {', '.join(subnets)}"):
            ec2 = _backend("ec2", REGION)
            vpc = ec2.create_vpc("10.0.0.0/16").id
            for number, name in enumerate(subnets):
                zone = self.zone_of(name)
                made = ec2.create_subnet(vpc, f"10.0.{16 * number}.0/20", availability_zone=zone)
                made._available_ip_addresses = free[name]  # noqa: SLF001  moto has no other way
                held = ec2.subnets[zone]
                held[name] = held.pop(made.id)
                made.id = name
        return free

    async def fargate_vcpus(self, *, spot: bool) -> VcpuQuota:
        """Make nothing: the quota is answered when it is asked for."""
        return await self.known.fargate_vcpus(spot=spot)

    async def caller(self) -> str:
        """Return who every client is here."""
        return await self.known.caller()

    async def simulate(self, actions: Sequence[str]) -> dict[str, str] | None:
        """Make nothing: policies are simulated when that is asked for."""
        return await self.known.simulate(actions)

    def add_security_groups(self, groups: Sequence[str]) -> None:
        """Make security groups, in the default VPC."""
        for name in groups:
            with self._noting(f"security group {name}"):
                ec2 = _backend("ec2", REGION)
                made = ec2.create_security_group(name, "simulated")
                held = ec2.groups[made.vpc_id]
                held[name] = held.pop(made.id)
                made.id = made.group_id = name

    def _expect(self, asked: dict[str, Any], url: str) -> None:
        """Push the images that are asked for, if they are there."""
        found = _REGION_OF.match(url)
        region = found[1] if found else REGION
        name = str(asked.get("repositoryName"))
        if name not in _backend("ecr", region).repositories:
            return
        for image in asked.get("imageIds") or []:
            tag, digest = image.get("imageTag"), image.get("imageDigest")
            ask = functools.partial(
                self.known.image_architectures, ACCOUNT, region, name, tag, digest
            )
            with contextlib.suppress(NotFoundError):
                built_for = anyio.run(ask)
                self._push(region, name, tag, digest, built_for)

    def _push(
        self,
        region: str,
        repository: str,
        tag: str | None,
        digest: str | None,
        built_for: Iterable[str],
    ) -> None:
        """Push an image, once."""
        known = (region, repository, str(digest or tag))
        if known in self._pushed:
            return
        self._pushed.add(known)
        ecr = _backend("ecr", region)
        image = ecr.put_image(repository, _index(known, built_for), tag, _INDEX, digest)
        image.registry_id = ecr.repositories[repository].registry_id

    def _quota(self, asked: dict[str, Any]) -> dict[str, Any] | None:
        """Answer for Fargate's quota of vCPUs, and let CloudWatch tell how many are in use."""
        code = str(asked.get("QuotaCode"))
        if asked.get("ServiceCode") != "fargate" or code not in _QUOTAS:
            return None
        kind = _QUOTAS[code]
        quota = anyio.run(functools.partial(self.known.fargate_vcpus, spot=kind.endswith("Spot")))
        if quota.used is not None:
            named = {"Service": "Fargate", "Type": "Resource", "Resource": "vCPU", "Class": kind}
            point = {
                "MetricName": "ResourceCount",
                "Dimensions": [{"Name": key, "Value": value} for key, value in named.items()],
                "Timestamp": (clock.wall() - timedelta(minutes=1)).replace(tzinfo=None),
                "Value": quota.used,
            }
            _backend("cloudwatch", REGION).put_metric_data("AWS/Usage", [point])
        shown = {"ServiceCode": "fargate", "QuotaCode": code, "Value": quota.limit}
        return {"Quota": shown}

    @contextlib.contextmanager
    def _noting(self, what: str) -> Iterator[None]:
        """Note what moto refuses, with its reason."""
        try:
            yield
        except Exception as error:  # noqa: BLE001  moto's errors have no class in common
            self.refused.append(f"{what}: {error}")


def open_account(stage: Stage) -> Account:
    """Begin moto's account anew, with what the stage's service needs in it. No call is made.

    It has what `stage.prerequisites` has; so incidents are to be armed before.
    """
    account = Account(stage.prerequisites, stage.world.zones.of_subnet)
    service = translate.service(views.service(stage.world, stage.service))
    new = stage.task_definition
    ground = Ground(REGION, service, {}, new, new, account, math.inf)
    network = (stage.definition.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
    stage.api.moto.clear()
    with stage.api.moto.entered():
        loop.run(lambda: find_all(ground))
        account.add_security_groups(network.get("securityGroups") or [])
    stage.api.instead = account.answer
    return account


def _backend(service: str, region: str) -> Any:
    """Return moto's backend; it has no types to speak of."""
    return get_backend(service)[ACCOUNT][region]  # type: ignore[call-overload]


def _index(known: tuple[str, str, str], built_for: Iterable[str]) -> str:
    """Return the manifest of an image for some architectures; each image's is its own."""
    manifests = [
        {
            "mediaType": _MANIFEST,
            "digest": f"sha256:{hashlib.sha256('/'.join((*known, each)).encode()).hexdigest()}",
            "size": 1,
            "platform": {"architecture": each, "os": "linux"},
        }
        for each in sorted(built_for)
    ]
    return json.dumps({"schemaVersion": 2, "mediaType": _INDEX, "manifests": manifests})
