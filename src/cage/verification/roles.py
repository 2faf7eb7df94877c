"""Do the task's roles exist, and can ECS's tasks assume them?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from cage.model.base import Shape
from cage.model.errors import NotFoundError
from cage.model.outcome import Finding, Severity
from cage.verification.protocol import Ground, passed, unasked

_TASKS = "ecs-tasks.amazonaws.com"
"""ECS developer guide, "Amazon ECS task execution IAM role" and "Amazon ECS task IAM role"."""


@dataclasses.dataclass(frozen=True, slots=True)
class Roles:
    """Task role and execution role."""

    name: str = "roles"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Look each role up once."""
        given = (ground.new.get("executionRoleArn"), ground.new.get("taskRoleArn"))
        wanted = list(dict.fromkeys(str(role) for role in given if role))
        if not wanted:
            return ()
        if ground.prerequisites is None:
            return unasked(self.name)
        found = []
        for role in wanted:
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
            elif trusts(known.trust):
                found.append(passed(self.name, f"tasks may assume role {short}"))
            else:
                text = f"role {short} doesn't name {_TASKS} as one that may assume it"
                remedy = f"Add {_TASKS} to the role's trust policy."
                found.append(Finding(self.name, Severity.WARNING, text, remedy))
        return found


def trusts(policy: Shape) -> bool:
    """Return whether a trust policy lets ECS's tasks assume the role; conditions aren't judged."""
    statements = policy.get("Statement") or []
    for statement in [statements] if isinstance(statements, dict) else statements:
        principal = statement.get("Principal") or {}
        services = principal if isinstance(principal, str) else principal.get("Service") or []
        listed = [services] if isinstance(services, str) else services
        if statement.get("Effect") == "Allow" and ({_TASKS, "*"} & set(listed)):
            return True
    return False
