"""Target groups of VPC Lattice over botocore."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cage.aws import translate
from cage.aws.calls import Caller
from cage.model.errors import NotFoundError, RefusedError
from cage.model.targets import Target, TargetGroup, TargetHealth


class BotoLatticeTargetGroups:
    """Implements `cage.ports.target_groups.TargetGroups` with a vpc-lattice client.

    Args:
        make: Creates the client; few services need it.
        caller: Makes the calls.
    """

    def __init__(self, make: Callable[[], Any], caller: Caller) -> None:
        self._make = make
        self._call = caller

    async def describe(self, arns: Sequence[str]) -> dict[str, TargetGroup]:
        found = {}
        for arn in arns:
            answer = await self._call.read(
                self._make(), "get_target_group", targetGroupIdentifier=arn
            )
            found[arn] = translate.lattice_target_group(answer)
        return found

    async def register(self, arn: str, target: Target) -> None:
        """Register a target.

        Raises:
            RefusedError: VPC Lattice answers that it didn't register the target.
        """
        answer = await self._call.change(
            self._make(), "register_targets", targetGroupIdentifier=arn, targets=[_shape(target)]
        )
        for failure in answer.get("unsuccessful") or []:
            raise RefusedError(
                f"VPC Lattice didn't register {target} in target group {arn.rpartition('/')[2]}.",
                f"{failure.get('failureCode') or 'It gives no code'}: "
                f"{failure.get('failureMessage') or 'no message'}.",
                "Use a target group of the tasks' own VPC and IP address type.",
            )

    async def deregister(self, arn: str, target: Target) -> None:
        try:
            await self._call.change(
                self._make(),
                "deregister_targets",
                targetGroupIdentifier=arn,
                targets=[_shape(target)],
            )
        except NotFoundError:
            return  # the target group was deleted, and its targets with it

    async def health(self, arn: str) -> dict[Target, TargetHealth]:
        found: dict[Target, TargetHealth] = {}
        more: dict[str, str] = {}
        while True:
            answer = await self._call.read(
                self._make(), "list_targets", targetGroupIdentifier=arn, **more
            )
            health = (translate.lattice_target_health(d) for d in answer.get("items") or [])
            found |= {each.target: each for each in health}
            if not answer.get("nextToken"):
                return found
            more = {"nextToken": answer["nextToken"]}


def _shape(target: Target) -> dict[str, Any]:
    return {"id": target.id, "port": target.port}
