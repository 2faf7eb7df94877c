"""Queries to AWS services other than ECS and load balancing, over botocore. No secret is read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from cage.aws import image_config
from cage.aws.calls import Caller
from cage.model.account import Role, Subnet, VcpuQuota
from cage.model.errors import AwsError, NotFoundError
from cage.runtime import clock

MakeClient = Callable[[str, str | None], Any]
"""Creates the client of a service in a Region; None: the Region that cage works in."""

Expires = Callable[[], datetime | None]
"""Returns when the credentials expire; None if that is unknown, or if they are renewed."""


def never() -> None:
    """Return that it is unknown when the credentials expire."""


_ASSUMED = re.compile(r"^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role/([^/]+)/")
_ON_DEMAND_QUOTA = "L-3032A538"
_SPOT_QUOTA = "L-36FBB829"
"""Fargate's vCPU quotas; the metric of their usage: ECS developer guide, "AWS Fargate usage
metrics"."""

_LATELY = timedelta(minutes=15)
_MANIFESTS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)


class BotoPrerequisites:
    """Implements `cage.ports.prerequisites.Prerequisites`; clients are created only when needed."""

    def __init__(
        self,
        make: MakeClient,
        caller: Caller,
        fetch: image_config.Fetch = image_config.fetch,
        expires: Expires = never,
    ) -> None:
        self._expires = expires
        self._make = make
        self._call = caller
        self._fetch = fetch

    async def _ask(
        self, service: str, operation: str, region: str | None = None, **params: Any
    ) -> dict[str, Any]:
        return await self._call.read(self._make(service, region), operation, **params)

    async def image_architectures(
        self, account: str, region: str, repository: str, tag: str | None, digest: str | None
    ) -> frozenset[str]:
        image = {"imageDigest": digest} if digest else {"imageTag": tag}
        where = {"registryId": account, "repositoryName": repository}
        answer = await self._ask(
            "ecr",
            "batch_get_image",
            region,
            **where,
            imageIds=[image],
            acceptedMediaTypes=list(_MANIFESTS),
        )
        for found in answer.get("images") or []:
            manifest = json.loads(found.get("imageManifest") or "{}")
            config = image_config.digest_of(manifest)
            if config is not None:
                return await self._told_by(config, region, where)
            platforms = [m.get("platform") or {} for m in manifest.get("manifests") or []]
            told = {str(p.get("architecture") or "") for p in platforms}
            return frozenset(told - {"", "unknown"})
        raise NotFoundError(
            f"repository {repository} has no image {digest or tag}.",
            operation="BatchGetImage",
            code="ImageNotFound",
        )

    async def _told_by(self, digest: str, region: str, where: dict[str, str]) -> frozenset[str]:
        """Return the architecture in an image's configuration; empty if it can't be read."""
        try:
            answer = await self._ask(
                "ecr", "get_download_url_for_layer", region, **where, layerDigest=digest
            )
        except AwsError:
            return frozenset()
        url = str(answer["downloadUrl"])
        return image_config.architecture(await self._call.carry(lambda: self._fetch(url)))

    async def find_parameter(self, name: str, region: str) -> None:
        named = [{"Key": "Name", "Option": "Equals", "Values": [name]}]
        answer = await self._ask("ssm", "describe_parameters", region, ParameterFilters=named)
        if not answer.get("Parameters"):
            raise NotFoundError(
                f"Parameter {name} doesn't exist in {region}.",
                operation="DescribeParameters",
                code="ParameterNotFound",
            )

    async def find_secret(self, arn: str, region: str) -> None:
        await self._ask("secretsmanager", "describe_secret", region, SecretId=arn)

    async def has_log_group(self, name: str, region: str) -> bool:
        answer = await self._ask("logs", "describe_log_groups", region, logGroupNamePrefix=name)
        return any(g.get("logGroupName") == name for g in answer.get("logGroups") or [])

    async def find_role(self, role: str) -> Role:
        answer = await self._ask("iam", "get_role", RoleName=role.rpartition("/")[2])
        found = answer["Role"]
        return Role(str(found["Arn"]), found.get("AssumeRolePolicyDocument") or {})

    async def subnets(self, subnets: Sequence[str]) -> dict[str, Subnet]:
        answer = await self._ask("ec2", "describe_subnets", SubnetIds=list(subnets))
        return {
            s["SubnetId"]: Subnet(
                int(s.get("AvailableIpAddressCount") or 0), str(s.get("VpcId") or "")
            )
            for s in answer.get("Subnets") or []
        }

    async def caller(self) -> str:
        return str((await self._ask("sts", "get_caller_identity"))["Arn"])

    def credentials_until(self) -> datetime | None:
        return self._expires()

    async def fargate_vcpus(self, *, spot: bool) -> VcpuQuota:
        answer = await self._ask(
            "service-quotas",
            "get_service_quota",
            ServiceCode="fargate",
            QuotaCode=_SPOT_QUOTA if spot else _ON_DEMAND_QUOTA,
        )
        return VcpuQuota(float(answer["Quota"]["Value"]), await self._vcpus_used(spot=spot))

    async def _vcpus_used(self, *, spot: bool) -> float | None:
        """Return how many vCPUs were in use recently; None if that is unknown."""
        kind = "Standard/Spot" if spot else "Standard/OnDemand"
        named = {"Service": "Fargate", "Type": "Resource", "Resource": "vCPU", "Class": kind}
        metric = {
            "Namespace": "AWS/Usage",
            "MetricName": "ResourceCount",
            "Dimensions": [{"Name": k, "Value": v} for k, v in named.items()],
        }
        stat = {"Metric": metric, "Period": 60, "Stat": "Maximum"}
        now = clock.now()
        try:
            answer = await self._ask(
                "cloudwatch",
                "get_metric_data",
                MetricDataQueries=[{"Id": "used", "MetricStat": stat}],
                StartTime=now - _LATELY,
                EndTime=now,
                ScanBy="TimestampDescending",
            )
        except AwsError:
            return None
        values = [v for r in answer.get("MetricDataResults") or [] for v in r.get("Values") or []]
        return float(values[0]) if values else None

    async def simulate(self, actions: Sequence[str]) -> dict[str, str] | None:
        caller = await self.caller()
        assumed = _ASSUMED.match(caller)
        if assumed:
            caller = await self._role_arn(*assumed.groups())
        if not re.search(r":(user|role)/", caller):
            return None
        answer = await self._ask(
            "iam", "simulate_principal_policy", PolicySourceArn=caller, ActionNames=list(actions)
        )
        results = answer.get("EvaluationResults") or []
        return {r["EvalActionName"]: r["EvalDecision"] for r in results}

    async def _role_arn(self, partition: str, account: str, name: str) -> str:
        """Return the ARN of the caller's role: the caller's own ARN omits the role's path."""
        try:
            return (await self.find_role(name)).arn
        except AwsError:
            return f"arn:{partition}:iam::{account}:role/{name}"
