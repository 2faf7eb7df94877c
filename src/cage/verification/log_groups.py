"""Do the log groups of the new task definition exist?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from cage.model.outcome import Finding, Severity
from cage.verification.protocol import Ground, passed, unasked


@dataclasses.dataclass(frozen=True, slots=True)
class LogGroups:
    """The awslogs driver fails without its group, unless it is allowed to create it."""

    name: str = "log-groups"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Look each group up once."""
        wanted: dict[tuple[str, str], None] = {}
        for container in ground.containers():
            config = container.get("logConfiguration") or {}
            options = config.get("options") or {}
            created = str(options.get("awslogs-create-group") or "").lower() == "true"
            group = options.get("awslogs-group")
            if config.get("logDriver") == "awslogs" and group and not created:
                wanted[group, options.get("awslogs-region") or ground.region] = None
        if not wanted:
            return ()
        if ground.prerequisites is None:
            return unasked(self.name)
        found = []
        for group, region in wanted:
            if await ground.prerequisites.has_log_group(group, region):
                found.append(passed(self.name, f"log group {group} exists"))
            else:
                text = f"log group {group} doesn't exist in {region}"
                remedy = "Create it, or set awslogs-create-group to true."
                found.append(Finding(self.name, Severity.ERROR, text, remedy))
        return found
