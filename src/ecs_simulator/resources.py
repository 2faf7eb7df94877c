"""Resources outside ECS and load balancers: images, secrets, roles, subnets and more.

Clients can create all of them too. These have exactly the names and ARNs in a task definition.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from moto.backends import get_backend

from ecs_simulator.moto_state import MotoState
from ecs_simulator.world.task_entities import ACCOUNT
from ecs_simulator.world.world import World

_INDEX = "application/vnd.oci.image.index.v1+json"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_SUFFIX_LENGTH = 7
"""The suffix of a secret's name in its ARN: a hyphen and six characters."""

VALUE = "simulated"
"""The value of a secret or parameter without a given value."""


class ResourceError(Exception):
    """A resource can't be created; the text includes its name and moto's reason."""


class Resources:
    """The resources of one simulated account.

    Args:
        moto: The account's state in moto.
        world: Its Region, and the zones of its subnets.
    """

    def __init__(self, moto: MotoState, world: World) -> None:
        self._moto = moto
        self._world = world
        self._pushed: set[tuple[str, str, str]] = set()

    def clear(self) -> None:
        """Remove everything."""
        self._moto.clear()
        self._pushed.clear()

    def add_repository(self, name: str, *, account: str = ACCOUNT, region: str = "") -> None:
        """Create an image repository, unless it exists."""
        with self._made(f"repository {name}"):
            ecr = self._backend("ecr", region)
            if name not in ecr.repositories:
                ecr.create_repository(name, account, {}, {}, "MUTABLE", [])

    def add_image(
        self,
        repository: str,
        tag: str | None,
        digest: str | None = None,
        *,
        architectures: Iterable[str] = ("amd64",),
        region: str = "",
    ) -> None:
        """Push an image to an existing repository; one that was pushed before stays unchanged.

        Args:
            architectures: The architectures it is built for, such as `arm64`.
        """
        name = digest or tag
        known = (region or self._world.region, repository, str(name))
        if known in self._pushed:
            return
        with self._made(f"image {repository}:{name}"):
            self._pushed.add(known)
            ecr = self._backend("ecr", region)
            manifest = _index(known, architectures)
            image = ecr.put_image(repository, manifest, tag, _INDEX, digest)
            image.registry_id = ecr.repositories[repository].registry_id

    def has_repository(self, name: str, region: str = "") -> bool:
        """Return whether a repository exists."""
        with self._moto.entered():
            return name in self._backend("ecr", region).repositories

    def add_parameter(self, name: str, value: str = VALUE, *, region: str = "") -> None:
        """Create a parameter in Parameter Store."""
        with self._made(f"parameter {name}"):
            self._backend("ssm", region).put_parameter(
                name=name,
                description="",
                value=value,
                parameter_type="SecureString",
                allowed_pattern="",
                keyid="alias/aws/ssm",
                overwrite=True,
                tags=[],
                data_type="text",
                tier=None,
                policies=None,
            )

    def add_secret(self, arn: str, value: str = VALUE, *, region: str = "") -> None:
        """Create a secret with exactly this ARN."""
        with self._made(f"secret {arn}"):
            manager = self._backend("secretsmanager", region)
            name = _without_suffix(arn.rpartition(":")[2])
            manager.create_secret(name, value, None, None, None, None, None, [], False)  # noqa: FBT003  moto's own order
            manager.secrets[name].arn = arn

    def add_log_group(self, name: str, *, region: str = "") -> None:
        """Create a log group."""
        with self._made(f"log group {name}"):
            self._backend("logs", region).create_log_group(name, {})

    def add_role(self, arn: str, trust: Mapping[str, Any]) -> None:
        """Create a role, with its path; files can reference any account.

        Args:
            trust: Who can assume it, as a policy document.
        """
        path, _, name = arn.rpartition(":role/")[2].rpartition("/")
        with self._made(f"role {name}"):
            at = f"/{path}/" if path else "/"
            document = json.dumps(dict(trust))
            iam = self._backend("iam", "aws")
            role = iam.create_role(name, document, at, None, "", [], None)
            role.account_id = arn.split(":")[4]

    def add_subnets(self, addresses: Mapping[str, int]) -> None:
        """Create subnets, in a VPC of their own, each in the zone of its tasks.

        Args:
            addresses: How many addresses are free, by subnet.
        """
        with self._made(f"subnets {', '.join(addresses)}"):
            ec2 = self._backend("ec2", "")
            vpc = ec2.create_vpc("10.0.0.0/16").id
            for number, (name, free) in enumerate(addresses.items()):
                zone = self._world.zones.of_subnet(name)
                subnet = ec2.create_subnet(vpc, f"10.0.{16 * number}.0/20", availability_zone=zone)
                subnet._available_ip_addresses = free  # noqa: SLF001  moto has no other way
                held = ec2.subnets[zone]
                held[name] = held.pop(subnet.id)
                subnet.id = name

    def add_security_groups(self, names: Sequence[str]) -> None:
        """Create security groups in the default VPC."""
        for name in names:
            with self._made(f"security group {name}"):
                ec2 = self._backend("ec2", "")
                group = ec2.create_security_group(name, VALUE)
                held = ec2.groups[group.vpc_id]
                held[name] = held.pop(group.id)
                group.id = group.group_id = name

    def add_datapoint(
        self, namespace: str, metric: str, dimensions: Mapping[str, str], value: float, at: datetime
    ) -> None:
        """Add a CloudWatch datapoint."""
        with self._made(f"metric {metric}"):
            point = {
                "MetricName": metric,
                "Dimensions": [{"Name": k, "Value": v} for k, v in dimensions.items()],
                "Timestamp": at.replace(tzinfo=None),
                "Value": value,
            }
            self._backend("cloudwatch", "").put_metric_data(namespace, [point])

    @contextlib.contextmanager
    def _made(self, what: str) -> Iterator[None]:
        """Create something in the account's own part of moto."""
        try:
            with self._moto.entered():
                yield
        except Exception as error:
            raise ResourceError(f"{what}: {error}") from error

    def _backend(self, service: str, region: str) -> Any:
        """Return moto's backend, which is mostly untyped."""
        backends: Any = get_backend(service)  # type: ignore[call-overload]
        return backends[ACCOUNT][region or self._world.region]


def _without_suffix(name: str) -> str:
    """Return a secret's name from its name in the ARN."""
    suffix = name[-_SUFFIX_LENGTH:]
    random = suffix[:1] == "-" and suffix[1:].isascii() and suffix[1:].isalnum()
    return name[:-_SUFFIX_LENGTH] if random and len(suffix) == _SUFFIX_LENGTH else name


def _index(known: tuple[str, str, str], architectures: Iterable[str]) -> str:
    """Return the manifest of an image for some architectures; each image has a different one."""
    manifests = [
        {
            "mediaType": _MANIFEST,
            "digest": f"sha256:{hashlib.sha256('/'.join((*known, each)).encode()).hexdigest()}",
            "size": 1,
            "platform": {"architecture": each, "os": "linux"},
        }
        for each in sorted(architectures)
    ]
    return json.dumps({"schemaVersion": 2, "mediaType": _INDEX, "manifests": manifests})
