"""Does the service stay healthy after its deployment was proven?"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from cage.context import Context
from cage.deployment.judgment import Fate, Ours, judge
from cage.model.outcome import Failed, Observation, Passed, Waiting
from cage.model.services import Service


def shortage(service: Service, healthy: Mapping[str, int]) -> str | None:
    """Return what the service lacks to be steady; None if nothing.

    Args:
        healthy: Healthy targets by target group.
    """
    if service.running_count < service.desired_count:
        return f"{service.running_count} of {service.desired_count} tasks running"
    for name, count in healthy.items():
        if count < service.desired_count:
            return f"{count} of {service.desired_count} targets are healthy in {name}"
    return None


@dataclasses.dataclass(frozen=True, slots=True)
class Steadiness:
    """The service keeps our deployment, with all its tasks running and healthy.

    Attributes:
        group_names: The service's target groups: names by ARN.
    """

    context: Context
    ours: Ours
    group_names: Mapping[str, str]
    name: str = "service"

    async def look(self) -> Observation:
        """Describe the service, and the target health in every target group."""
        service = await self.context.service.describe()
        said = judge(service, self.ours, missing_s=0)
        if service is None or said is None:
            return Waiting("ECS lists an older deployment in the place of ours")
        if said.fate is not Fate.PROVEN:
            return Failed("DeploymentLost", said.message)
        healthy = {}
        for arn, name in self.group_names.items():
            known = await self.context.target_groups.health(arn)
            healthy[name] = len(self.context.ledger.owners.own(arn, known))
        lacks = shortage(service, healthy)
        return Waiting(lacks) if lacks else Passed("all tasks are running and healthy")
