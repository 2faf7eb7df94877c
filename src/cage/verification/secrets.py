"""Do the secrets in the new task definition exist? Their values are never read."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from cage.model.base import Shape
from cage.model.errors import NotFoundError
from cage.model.outcome import Finding, Severity
from cage.ports.prerequisites import Prerequisites
from cage.verification.protocol import Ground, passed, unasked

_MANAGER = ":secretsmanager:"
_SECRET_PARTS = 7
"""Parts of a secret's own ARN; ECS accepts a JSON key, stage and version after them (ECS
developer guide, "Pass Secrets Manager secrets through environment variables")."""


def names(definition: Shape) -> Iterator[str]:
    """Yield the references in the containers' secrets, log options and registries, as written."""
    for container in definition.get("containerDefinitions") or []:
        options = (container.get("logConfiguration") or {}).get("secretOptions") or []
        for secret in (*(container.get("secrets") or []), *options):
            yield str(secret.get("valueFrom") or "")
        registry = (container.get("repositoryCredentials") or {}).get("credentialsParameter")
        if registry:
            yield str(registry)


@dataclasses.dataclass(frozen=True, slots=True)
class Secrets:
    """Each of them exists in Secrets Manager or SSM."""

    name: str = "secrets"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Look each one up once."""
        wanted = list(dict.fromkeys(name for name in names(ground.new) if name))
        if not wanted:
            return ()
        if ground.prerequisites is None:
            return unasked(self.name)
        return [await self._one(ground, ground.prerequisites, name) for name in wanted]

    async def _one(self, ground: Ground, prerequisites: Prerequisites, name: str) -> Finding:
        try:
            region = "".join(name.split(":")[3:4]) or ground.region
            find = prerequisites.find_secret if _MANAGER in name else prerequisites.find_parameter
            await find(looked_up(name), region)
        except NotFoundError:
            return Finding(
                self.name,
                Severity.ERROR,
                f"secret or parameter {name} doesn't exist",
                "Create it, or fix its name in the task definition.",
            )
        return passed(self.name, f"{name} exists")


def looked_up(name: str) -> str:
    """Return what to look up for a name in a definition: a secret's own ARN, a parameter's name.

    A parameter's ARN omits the first slash of its name if the name has no other.
    """
    if _MANAGER in name:
        return ":".join(name.split(":")[:_SECRET_PARTS])
    short = name.partition(":parameter")[2]
    if not short:
        return name
    return short if short.count("/") > 1 else short.removeprefix("/")
