"""Do the roles of the task and the service exist, and can ECS assume them?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from cage.model.base import Shape
from cage.model.errors import NotFoundError
from cage.model.outcome import Finding, Severity
from cage.verification.protocol import Ground, passed, unasked

_TASKS = "ecs-tasks.amazonaws.com"
"""ECS developer guide, "Amazon ECS task execution IAM role" and "Amazon ECS task IAM role"."""

_ECS = "ecs.amazonaws.com"
"""ECS developer guide, "Amazon ECS infrastructure IAM role"."""


@dataclasses.dataclass(frozen=True, slots=True)
class Roles:
    """Task role, execution role, and the service's infrastructure roles for traffic."""

    name: str = "roles"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Look each role up once."""
        given = [(ground.new.get(key), _TASKS) for key in ("executionRoleArn", "taskRoleArn")]
        given += [(balancer.role_arn, _ECS) for balancer in ground.service.load_balancers]
        wanted = {str(role): principal for role, principal in reversed(given) if role}
        if not wanted:
            return ()
        if ground.prerequisites is None:
            return unasked(self.name)
        found = []
        for role, principal in reversed(wanted.items()):
            short = role.rpartition("/")[2]
            try:
                known = await ground.prerequisites.find_role(role)
            except NotFoundError:
                text, remedy = f"role {short} doesn't exist", "Create it, or fix its name."
                found.append(Finding(self.name, Severity.ERROR, text, remedy))
                continue
            if role.startswith("arn:") and role != known.arn:
                same = role.split(":")[4:5] == known.arn.split(":")[4:5]
                text = f"role {role} doesn't exist, but {known.arn} does"
                remedy = "Fix its path." if same else "A task's roles are of its own account."
                found.append(Finding(self.name, Severity.ERROR, text, remedy))
            elif trusts(known.trust, principal):
                who = "tasks" if principal == _TASKS else "ECS"
                found.append(passed(self.name, f"{who} can assume role {short}"))
            else:
                text = f"role {short} doesn't allow {principal} to assume it"
                remedy = f"Add {principal} to the role's trust policy."
                found.append(Finding(self.name, Severity.WARNING, text, remedy))
        return found


def trusts(policy: Shape, trusted: str = _TASKS) -> bool:
    """Return whether a trust policy lets a service assume the role; conditions aren't judged."""
    statements = policy.get("Statement") or []
    for statement in [statements] if isinstance(statements, dict) else statements:
        principal = statement.get("Principal") or {}
        services = principal if isinstance(principal, str) else principal.get("Service") or []
        listed = [services] if isinstance(services, str) else services
        if statement.get("Effect") == "Allow" and ({trusted, "*"} & set(listed)):
            return True
    return False
