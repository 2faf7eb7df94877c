"""Target groups over botocore."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cage.aws import translate
from cage.aws.calls import Caller
from cage.model.errors import InvalidRequestError, NotFoundError
from cage.model.targets import Target, TargetGroup, TargetHealth

_DELAY = "deregistration_delay.timeout_seconds"
_DEFAULT_DELAY_S = 300.0
"""ELB user guide, "Deregistration delay"."""


class BotoTargetGroups:
    """Implements `cage.ports.target_groups.TargetGroups` with an elbv2 client."""

    def __init__(self, client: Any, caller: Caller) -> None:
        self._client = client
        self._call = caller

    async def describe(self, arns: Sequence[str]) -> dict[str, TargetGroup]:
        if not arns:
            return {}
        answer = await self._call.read(
            self._client, "describe_target_groups", TargetGroupArns=list(arns)
        )
        raw = {g["TargetGroupArn"]: g for g in answer.get("TargetGroups") or []}
        return {arn: translate.target_group(raw[arn], await self._delay_s(arn)) for arn in arns}

    async def _delay_s(self, arn: str) -> float:
        answer = await self._call.read(
            self._client, "describe_target_group_attributes", TargetGroupArn=arn
        )
        for attribute in answer.get("Attributes") or []:
            if attribute.get("Key") == _DELAY:
                return float(attribute["Value"])
        return _DEFAULT_DELAY_S

    async def register(self, arn: str, target: Target) -> None:
        await self._call.change(
            self._client, "register_targets", TargetGroupArn=arn, Targets=[_shape(target)]
        )

    async def deregister(self, arn: str, target: Target) -> None:
        try:
            await self._call.change(
                self._client, "deregister_targets", TargetGroupArn=arn, Targets=[_shape(target)]
            )
        except NotFoundError:
            return  # the target group was deleted, and its targets with it
        except InvalidRequestError as error:
            # ELB calls an unregistered target invalid; then there is nothing to do.
            if error.code != "InvalidTarget":
                raise

    async def health(self, arn: str) -> dict[Target, TargetHealth]:
        answer = await self._call.read(self._client, "describe_target_health", TargetGroupArn=arn)
        found = (translate.target_health(d) for d in answer.get("TargetHealthDescriptions") or [])
        return {health.target: health for health in found}


def _shape(target: Target) -> dict[str, Any]:
    return {"Id": target.id, "Port": target.port}
