"""What an account has beside ECS and load balancers, in moto: all that cage looks for exists.

It is furnished by cage's own verifications: what they ask for is made, under the very name
that they ask by. From then on it is moto's, and clients may change it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from moto.backends import get_backend
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data

from cage.aws import translate
from cage.model import Role, VcpuQuota
from cage.simulator import loop
from cage.simulator.operations import views
from cage.simulator.stage import REGION, Stage
from cage.simulator.world.things import ACCOUNT
from cage.verification import Ground
from cage.verification.asking import verify

_INDEX = "application/vnd.oci.image.index.v1+json"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_ARCHITECTURES = ("amd64", "arm64")
_REGION_OF = re.compile(r"^https://[^/]*?\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com")
_SUFFIX = re.compile(r"-[A-Za-z0-9]{6}$")
"""What Secrets Manager puts behind a secret's name in its ARN."""

_VALUE = "simulated"
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


@dataclasses.dataclass(slots=True)
class Account:
    """Makes whatever it is asked for; fulfils `cage.gateway.Prerequisites`.

    Args:
        zone_of: Tells the Availability Zone of a subnet.

    Attributes:
        refused: What couldn't be made, and why, a line each.
    """

    zone_of: Callable[[str], str]
    refused: list[str] = dataclasses.field(default_factory=list)
    _pushed: set[tuple[str, str, str]] = dataclasses.field(default_factory=set)

    def hear(self, service: str, operation: str, request: AWSPreparedRequest) -> None:
        """Hear of a request before moto does.

        An image that isn't known yet is pushed to its repository: the simulated ECS pulls
        every image, so a new tag must be there too. One that was deleted stays away.
        """
        if (service, operation) != ("ecr", "BatchGetImage"):
            return
        asked = json.loads(request.body or "{}")
        found = _REGION_OF.match(request.url)
        region = found[1] if found else REGION
        name = asked.get("repositoryName")
        if name in _backend("ecr", region).repositories:
            for image in asked.get("imageIds") or []:
                self._push(region, name, image.get("imageTag"), image.get("imageDigest"))

    async def image_architectures(
        self, account: str, region: str, repository: str, tag: str | None, digest: str | None
    ) -> frozenset[str]:
        """Push an image, for both architectures, to a repository that is made for it."""
        with self._noting(f"image {account}/{repository}:{digest or tag}"):
            ecr = _backend("ecr", region)
            if repository not in ecr.repositories:
                ecr.create_repository(repository, account, {}, {}, "MUTABLE", [])
            self._push(region, repository, tag, digest)
        return frozenset(_ARCHITECTURES)

    async def find_parameter(self, name: str, region: str) -> None:
        """Make a parameter; its value is the word `simulated`."""
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
        with self._noting(f"secret {arn}"):
            manager = _backend("secretsmanager", region)
            name = _SUFFIX.sub("", arn.rpartition(":")[2])
            manager.create_secret(name, _VALUE, None, None, None, None, None, [], False)  # noqa: FBT003  moto's own order
            manager.secrets[name].arn = arn

    async def has_log_group(self, name: str, region: str) -> bool:
        """Make a log group."""
        with self._noting(f"log group {name}"):
            _backend("logs", region).create_log_group(name, {})
        return True

    async def find_role(self, role: str) -> Role:
        """Make a role that ECS's tasks may assume, at its path."""
        path, _, name = role.rpartition(":role/")[2].rpartition("/")
        with self._noting(f"role {name}"):
            at = f"/{path}/" if path else "/"
            _backend("iam", "aws").create_role(name, json.dumps(_TRUST), at, None, "", [], None)
        return Role(role, _TRUST)

    async def free_addresses(self, subnets: Sequence[str]) -> dict[str, int]:
        """Make subnets, in a VPC of their own, with four thousand addresses each."""
        with self._noting(f"subnets {', '.join(subnets)}"):
            ec2 = _backend("ec2", REGION)
            vpc = ec2.create_vpc("10.0.0.0/16").id
            for number, name in enumerate(subnets):
                zone = self.zone_of(name)
                made = ec2.create_subnet(vpc, f"10.0.{16 * number}.0/20", availability_zone=zone)
                held = ec2.subnets[zone]
                held[name] = held.pop(made.id)
                made.id = name
        return dict.fromkeys(subnets, 4091)

    async def fargate_vcpus(self, *, spot: bool) -> VcpuQuota:  # noqa: ARG002
        """Make nothing: moto has quotas of its own."""
        return VcpuQuota(4000.0, None)

    async def caller(self) -> str:
        """Return who every client is here."""
        return "arn:aws:sts::123456789012:assumed-role/simulated/client"

    async def simulate(self, actions: Sequence[str]) -> dict[str, str] | None:
        """Deny nothing: nobody is forbidden anything here, but by an incident."""
        return dict.fromkeys(actions, "allowed")

    def add_security_groups(self, groups: Sequence[str]) -> None:
        """Make security groups, in the default VPC."""
        for name in groups:
            with self._noting(f"security group {name}"):
                ec2 = _backend("ec2", REGION)
                made = ec2.create_security_group(name, "simulated")
                held = ec2.groups[made.vpc_id]
                held[name] = held.pop(made.id)
                made.id = made.group_id = name

    def _push(self, region: str, repository: str, tag: str | None, digest: str | None) -> None:
        """Push an image, once."""
        known = (region, repository, str(digest or tag))
        if known in self._pushed:
            return
        self._pushed.add(known)
        ecr = _backend("ecr", region)
        image = ecr.put_image(repository, _index(known), tag, _INDEX, digest)
        image.registry_id = ecr.repositories[repository].registry_id

    @contextlib.contextmanager
    def _noting(self, what: str) -> Iterator[None]:
        """Note what moto refuses, with its reason."""
        try:
            yield
        except Exception as error:  # noqa: BLE001  moto's errors have no class in common
            self.refused.append(f"{what}: {error}")


def open_account(stage: Stage) -> Account:
    """Begin moto's account anew, with what the stage's service needs in it. No call is made.

    What clients look for later is made ready by hearing their requests: see `Account.hear`.
    """
    BackendDict.reset()
    reset_model_data()
    account = Account(stage.world.zones.of_subnet)
    service = translate.service(views.service(stage.world, stage.service))
    new = stage.task_definition
    ground = Ground(REGION, service, {}, new, new, account)
    loop.run(lambda: verify(ground))
    network = (stage.definition.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
    account.add_security_groups(network.get("securityGroups") or [])
    stage.api.hear = account.hear
    return account


def _backend(service: str, region: str) -> Any:
    """Return moto's backend; it has no types to speak of."""
    return get_backend(service)[ACCOUNT][region]  # type: ignore[call-overload]


def _index(known: tuple[str, str, str]) -> str:
    """Return the manifest of an image for both architectures; each image's is its own."""
    manifests = [
        {
            "mediaType": _MANIFEST,
            "digest": f"sha256:{hashlib.sha256('/'.join((*known, each)).encode()).hexdigest()}",
            "size": 1,
            "platform": {"architecture": each, "os": "linux"},
        }
        for each in _ARCHITECTURES
    ]
    return json.dumps({"schemaVersion": 2, "mediaType": _INDEX, "manifests": manifests})
