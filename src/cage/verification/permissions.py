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
    "ecs:RunTask",
    "ecs:StopTask",
    "ecs:TagResource",
    "ecs:UpdateService",
    "iam:PassRole",
)
BEHIND_A_LOAD_BALANCER = (
    "elasticloadbalancing:DeregisterTargets",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
    "elasticloadbalancing:RegisterTargets",
)
BEHIND_VPC_LATTICE = (
    "vpc-lattice:DeregisterTargets",
    "vpc-lattice:GetTargetGroup",
    "vpc-lattice:ListTargets",
    "vpc-lattice:RegisterTargets",
)


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
        in_groups = {in_lattice(b.target_group_arn) for b in ground.service.load_balancers}
        actions = ALWAYS + (BEHIND_A_LOAD_BALANCER if False in in_groups else ())
        actions += BEHIND_VPC_LATTICE if True in in_groups else ()
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
