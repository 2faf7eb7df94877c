"""Do the service's subnets have addresses left for the canary and the new tasks?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from cage.model.errors import NotFoundError
from cage.model.outcome import Finding, Severity
from cage.verification.percents import more_tasks
from cage.verification.protocol import Ground, passed, unasked


@dataclasses.dataclass(frozen=True, slots=True)
class Subnets:
    """A task of network mode awsvpc needs its own address."""

    name: str = "subnets"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Look up all of them in one call."""
        subnets = ground.subnets()
        if not subnets or ground.new.get("networkMode") != "awsvpc":
            return ()
        if ground.prerequisites is None:
            return unasked(self.name)
        try:
            found = await ground.prerequisites.subnets(subnets)
        except NotFoundError as error:
            remedy = "Fix the service's subnets: cage rollout --update-service."
            return (Finding(self.name, Severity.ERROR, error.what, remedy),)
        free = sum(subnet.free for subnet in found.values())
        wanted = more_tasks(ground)
        if free < min(1, wanted):
            who = "the canary" if ground.canary else "a new task"
            text = f"no subnet of the service has a free address for {who}"
            severity = Severity.ERROR
        elif free < wanted:
            text = f"the service's subnets have {free} free addresses; the rollout wants {wanted}"
            severity = Severity.WARNING
        else:
            return (passed(self.name, f"the subnets have {free} free addresses"),)
        return (Finding(self.name, severity, text, "Free addresses, or add a subnet."),)
