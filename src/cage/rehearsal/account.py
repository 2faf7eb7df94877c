"""An account's resources other than ECS and load balancers: the ones that the stage says exist.

cage's own preflight checks create the resources: each resource that they query is made, under
the name that they query, if `stage.prerequisites` has it. Every client therefore sees the
incidents. From then on, clients can change the resources.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
import math
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import anyio
from botocore.awsrequest import AWSPreparedRequest

from cage.aws import translate
from cage.model.account import Role, Subnet, VcpuQuota
from cage.model.errors import NotFoundError
from cage.ports.prerequisites import Prerequisites
from cage.rehearsal.stage import REGION, Stage
from cage.runtime import clock
from cage.verification import Ground
from cage.verification.preflight import find_all
from ecs_simulator import loop
from ecs_simulator.operations import views
from ecs_simulator.resources import ResourceError, Resources
from ecs_simulator.world.task_entities import ACCOUNT

_REGION_OF = re.compile(r"^https://[^/]*?\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com")
_NO_TRUST = {"Version": "2012-10-17", "Statement": []}
_QUOTAS = {"L-3032A538": "Standard/OnDemand", "L-36FBB829": "Standard/Spot"}
"""Fargate's vCPU quotas, and the class that CloudWatch uses for their usage (ECS developer guide,
"AWS Fargate usage metrics")."""


@dataclasses.dataclass(slots=True)
class Account:
    """Creates queried resources that exist; fulfills `cage.ports.prerequisites.Prerequisites`.

    Args:
        known: Decides which resources exist, and how.
        resources: Where the resources are created.

    Attributes:
        refused: The resources that couldn't be created, and why, one line each.
    """

    known: Prerequisites
    resources: Resources
    refused: list[str] = dataclasses.field(default_factory=list)

    def answer(
        self, service: str, operation: str, request: AWSPreparedRequest
    ) -> dict[str, Any] | None:
        """Answer a request that the simulator can't answer; None: the simulator can.

        An image that isn't known yet is pushed to its repository first. The simulated ECS pulls
        every image, so a new tag must exist too. A deleted image stays deleted.
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
        """Push an image to a repository created for it."""
        with self._noting():
            self.resources.add_repository(repository, account=account, region=region)
        found = await self.known.image_architectures(account, region, repository, tag, digest)
        with self._noting():
            self.resources.add_image(repository, tag, digest, architectures=found, region=region)
        return found

    async def find_parameter(self, name: str, region: str) -> None:
        """Create a parameter."""
        await self.known.find_parameter(name, region)
        with self._noting():
            self.resources.add_parameter(name, region=region)

    async def find_secret(self, arn: str, region: str) -> None:
        """Create a secret with this exact ARN."""
        await self.known.find_secret(arn, region)
        with self._noting():
            self.resources.add_secret(arn, region=region)

    async def has_log_group(self, name: str, region: str) -> bool:
        """Create a log group."""
        if not await self.known.has_log_group(name, region):
            return False
        with self._noting():
            self.resources.add_log_group(name, region=region)
        return True

    async def find_role(self, role: str) -> Role:
        """Create a role, with its path and its trust policy."""
        found = await self.known.find_role(role)
        with self._noting():
            self.resources.add_role(found.arn, dict(found.trust) or _NO_TRUST)
        return found

    async def subnets(self, subnets: Sequence[str]) -> dict[str, Subnet]:
        """Create subnets."""
        found = await self.known.subnets(subnets)
        with self._noting():
            self.resources.add_subnets({name: subnet.free for name, subnet in found.items()})
        return found

    def credentials_until(self) -> datetime | None:
        """Return when the credentials expire."""
        return self.known.credentials_until()

    async def fargate_vcpus(self, *, spot: bool) -> VcpuQuota:
        """Create nothing: the quota is returned when it is queried."""
        return await self.known.fargate_vcpus(spot=spot)

    async def caller(self) -> str:
        """Return the ARN of every client's identity here."""
        return await self.known.caller()

    async def simulate(self, actions: Sequence[str]) -> dict[str, str] | None:
        """Create nothing: policies are simulated when that is requested."""
        return await self.known.simulate(actions)

    def add_security_groups(self, groups: Sequence[str]) -> None:
        """Create security groups."""
        with self._noting():
            self.resources.add_security_groups(groups)

    def _expect(self, asked: dict[str, Any], url: str) -> None:
        """Push the requested images, if they exist."""
        found = _REGION_OF.match(url)
        region = found[1] if found else REGION
        name = str(asked.get("repositoryName"))
        if not self.resources.has_repository(name, region):
            return
        for image in asked.get("imageIds") or []:
            tag, digest = image.get("imageTag"), image.get("imageDigest")
            ask = functools.partial(
                self.known.image_architectures, ACCOUNT, region, name, tag, digest
            )
            with contextlib.suppress(NotFoundError):
                built_for = anyio.run(ask)
                self.resources.add_image(name, tag, digest, architectures=built_for, region=region)

    def _quota(self, asked: dict[str, Any]) -> dict[str, Any] | None:
        """Return Fargate's vCPU quota, and make CloudWatch show how many are in use."""
        code = str(asked.get("QuotaCode"))
        if asked.get("ServiceCode") != "fargate" or code not in _QUOTAS:
            return None
        kind = _QUOTAS[code]
        quota = anyio.run(functools.partial(self.known.fargate_vcpus, spot=kind.endswith("Spot")))
        if quota.used is not None:
            named = {"Service": "Fargate", "Type": "Resource", "Resource": "vCPU", "Class": kind}
            at = clock.wall() - timedelta(minutes=1)
            self.resources.add_datapoint("AWS/Usage", "ResourceCount", named, quota.used, at)
        shown = {"ServiceCode": "fargate", "QuotaCode": code, "Value": quota.limit}
        return {"Quota": shown}

    @contextlib.contextmanager
    def _noting(self) -> Iterator[None]:
        """Record each resource that can't be created, with its reason."""
        try:
            yield
        except ResourceError as error:
            self.refused.append(str(error))


def open_account(stage: Stage) -> Account:
    """Give the account what the stage's service needs, and nothing else. Makes no calls.

    The account has what `stage.prerequisites` has, so arm incidents before this.
    """
    account = Account(stage.prerequisites, stage.simulator.resources)
    service = translate.service(views.service(stage.world, stage.service))
    new = stage.task_definition
    ground = Ground(REGION, service, {}, new, new, account, math.inf)
    network = (stage.definition.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
    stage.simulator.resources.clear()
    loop.run(lambda: find_all(ground))
    account.add_security_groups(network.get("securityGroups") or [])
    stage.api.instead = account.answer
    return account
