"""What cage asks of AWS beside ECS and load balancers, over botocore. It reads no secret."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from cage.aws.calls import Caller
from cage.errors import NotFoundError
from cage.model import Shape

MakeClient = Callable[[str, str | None], Any]
"""Makes the client of a service in a Region; None: the one that cage works in."""

_ASSUMED = re.compile(r"^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role/([^/]+)/")
_MANIFESTS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)


class BotoPrerequisites:
    """Implements `cage.gateway.Prerequisites`; each client is made only when it is needed."""

    def __init__(self, make: MakeClient, caller: Caller) -> None:
        self._make = make
        self._call = caller

    async def _ask(
        self, service: str, operation: str, region: str | None = None, **params: Any
    ) -> dict[str, Any]:
        return await self._call.read(self._make(service, region), operation, **params)

    async def image_architectures(
        self, account: str, region: str, repository: str, tag: str | None, digest: str | None
    ) -> frozenset[str]:
        image = {"imageDigest": digest} if digest else {"imageTag": tag}
        answer = await self._ask(
            "ecr",
            "batch_get_image",
            region,
            registryId=account,
            repositoryName=repository,
            imageIds=[image],
            acceptedMediaTypes=list(_MANIFESTS),
        )
        for found in answer.get("images") or []:
            manifest = json.loads(found.get("imageManifest") or "{}")
            platforms = [m.get("platform") or {} for m in manifest.get("manifests") or []]
            told = {str(p.get("architecture") or "") for p in platforms}
            return frozenset(told - {"", "unknown"})
        raise NotFoundError(
            f"repository {repository} has no image {digest or tag}.",
            operation="BatchGetImage",
            code="ImageNotFound",
        )

    async def find_parameter(self, name: str, region: str) -> None:
        named = [{"Key": "Name", "Option": "Equals", "Values": [name]}]
        answer = await self._ask("ssm", "describe_parameters", region, ParameterFilters=named)
        if not answer.get("Parameters"):
            raise NotFoundError(
                f"There is no parameter {name} in {region}.",
                operation="DescribeParameters",
                code="ParameterNotFound",
            )

    async def find_secret(self, arn: str, region: str) -> None:
        await self._ask("secretsmanager", "describe_secret", region, SecretId=arn)

    async def has_log_group(self, name: str, region: str) -> bool:
        answer = await self._ask("logs", "describe_log_groups", region, logGroupNamePrefix=name)
        return any(g.get("logGroupName") == name for g in answer.get("logGroups") or [])

    async def role_trust(self, name: str) -> Shape:
        answer = await self._ask("iam", "get_role", RoleName=name)
        trust: Shape = answer["Role"].get("AssumeRolePolicyDocument") or {}
        return trust

    async def free_addresses(self, subnets: Sequence[str]) -> dict[str, int]:
        answer = await self._ask("ec2", "describe_subnets", SubnetIds=list(subnets))
        return {
            s["SubnetId"]: int(s.get("AvailableIpAddressCount") or 0)
            for s in answer.get("Subnets") or []
        }

    async def caller(self) -> str:
        return str((await self._ask("sts", "get_caller_identity"))["Arn"])

    async def simulate(self, actions: Sequence[str]) -> dict[str, str] | None:
        caller = await self.caller()
        assumed = _ASSUMED.match(caller)
        if assumed:
            caller = f"arn:{assumed[1]}:iam::{assumed[2]}:role/{assumed[3]}"
        if not re.search(r":(user|role)/", caller):
            return None
        answer = await self._ask(
            "iam", "simulate_principal_policy", PolicySourceArn=caller, ActionNames=list(actions)
        )
        results = answer.get("EvaluationResults") or []
        return {r["EvalActionName"]: r["EvalDecision"] for r in results}
