"""The images that tags refer to. Images are never pulled: a digest stands for a content.

Source: ECS developer guide, "Container image resolution": a service's tasks use the digest that
its first task's tag resolved to; a standalone task resolves the tag itself. *Unknown*: whether a
service revision that a rollback returns to resolves its tags again. Assumed not to.
"""

from __future__ import annotations

import hashlib
from typing import Any


class Images:
    """The registries: each tag refers to one content, until another is pushed under it."""

    def __init__(self) -> None:
        self._pushed: dict[str, int] = {}
        self._resolved: dict[tuple[str, str], str] = {}

    def push(self, image: str) -> None:
        """Push other content under an image's tag: tasks that pull it from now on get that."""
        self._pushed[image] = self._pushed.get(image, 0) + 1

    def digest(self, image: str) -> str:
        """Return the digest that an image's name refers to now."""
        _, at, digest = image.partition("@")
        if at:
            return digest
        content = f"{image}#{self._pushed.get(image, 0)}"
        return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"

    def pulled(self, service_revision: str, container: dict[str, Any]) -> str:
        """Return the digest that a container of a task gets.

        Args:
            service_revision: The ARN of the service revision that the task belongs to; empty for
                a standalone task.
            container: Its definition.
        """
        image = str(container.get("image"))
        if not service_revision or container.get("versionConsistency") == "disabled":
            return self.digest(image)
        return self._resolved.setdefault((service_revision, image), self.digest(image))
