"""Is the caller allowed to make the calls that a rollout makes?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from cage.model.outcome import Finding, Severity
from cage.model.targets import in_lattice
from cage.verification.protocol import Ground, not_checked, passed, unasked

ALWAYS = (
    "ecs:DescribeServices",
    "ecs:DescribeTaskDefinition",
    "ecs:DescribeTasks",
    "ecs:ListTasks",
    "ecs:RegisterTaskDefinition",
    "ecs:UpdateService",
    "iam:PassRole",
)
OF_A_CANARY = ("ecs:RunTask", "ecs:StopTask", "ecs:TagResource")
BEHIND_A_LOAD_BALANCER = (
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
)
REGISTERED_THERE = (
    "elasticloadbalancing:DeregisterTargets",
    "elasticloadbalancing:RegisterTargets",
)
BEHIND_VPC_LATTICE = ("vpc-lattice:GetTargetGroup", "vpc-lattice:ListTargets")
REGISTERED_IN_VPC_LATTICE = ("vpc-lattice:DeregisterTargets", "vpc-lattice:RegisterTargets")


@dataclasses.dataclass(frozen=True, slots=True)
class Permissions:
    """IAM's policy simulator is queried, where it can be.

    It doesn't know session policies, or the conditions and resources of the real calls.
    So only an explicit deny is certain.
    """

    name: str = "permissions"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Query all actions in one call."""
        if ground.prerequisites is None:
            return unasked(self.name)
        actions = _actions(ground)
        said = await ground.prerequisites.simulate(actions)
        if said is None:
            return (not_checked(self.name, "the caller is not a user or a role"),)
        denied = [a for a in actions if said.get(a) == "explicitDeny"]
        unsure = [a for a in actions if said.get(a) == "implicitDeny"]
        found = []
        if denied:
            text = f"a policy denies you {', '.join(denied)}"
            remedy = "Remove the deny. cage policy prints the minimum policy."
            found.append(Finding(self.name, Severity.ERROR, text, remedy))
        if unsure:
            text = f"no policy seems to allow you {', '.join(unsure)} on all resources"
            remedy = "Fine if a policy allows it on this service's resources only."
            found.append(Finding(self.name, Severity.WARNING, text, remedy))
        return found or (passed(self.name, f"all {len(actions)} API actions are allowed"),)


def _actions(ground: Ground) -> tuple[str, ...]:
    """Return the actions that the operation needs, in alphabetical order."""
    in_groups = {in_lattice(b.target_group_arn) for b in ground.service.load_balancers}
    found = {*ALWAYS, *(OF_A_CANARY if ground.canary else ())}
    if ground.creates:
        found = found - {"ecs:UpdateService"} | {"ecs:CreateService"}
    for lattice, seen, registered in (
        (False, BEHIND_A_LOAD_BALANCER, REGISTERED_THERE),
        (True, BEHIND_VPC_LATTICE, REGISTERED_IN_VPC_LATTICE),
    ):
        if lattice in in_groups:
            found |= {*seen, *(registered if ground.canary else ())}
    return tuple(sorted(found))
