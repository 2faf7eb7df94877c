"""Do the new task definition's images exist, for its architecture?"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from cage.model.base import Shape
from cage.model.errors import NotFoundError
from cage.model.outcome import Finding, Severity
from cage.ports.prerequisites import Prerequisites
from cage.verification.protocol import Ground, not_checked, passed, unasked
from ecs_rules.images import ECR_REGISTRY

_ECR = re.compile(
    ECR_REGISTRY
    + r"(?P<repository>[^:@]+)(?::(?P<tag>[^@]+))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?$"
)
"""ECR user guide, "Pulling an image": account, Region, repository, and tag or digest."""

_ARCHITECTURES = {"X86_64": "amd64", "ARM64": "arm64"}
"""ECS API reference, RuntimePlatform, and the matching names in images."""


@dataclasses.dataclass(frozen=True, slots=True)
class EcrImage:
    """An image in a private ECR repository."""

    account: str
    region: str
    repository: str
    tag: str | None
    digest: str | None


def parse(image: str) -> EcrImage | None:
    """Read an image's name; None if it isn't in a private ECR repository."""
    found = _ECR.match(image)
    if found is None:
        return None
    tag = found["tag"] or (None if found["digest"] else "latest")
    return EcrImage(found["account"], found["region"], found["repository"], tag, found["digest"])


@dataclasses.dataclass(frozen=True, slots=True)
class Images:
    """Images in ECR are looked up; other registries are not queried."""

    name: str = "images"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Look each image up once."""
        if ground.prerequisites is None:
            return unasked(self.name)
        wanted = _architecture(ground.new)
        images = dict.fromkeys(str(c.get("image") or "") for c in ground.containers())
        return [await self._one(ground.prerequisites, image, wanted) for image in images]

    async def _one(self, prerequisites: Prerequisites, image: str, wanted: str) -> Finding:
        found = parse(image)
        if found is None:
            return not_checked(self.name, f"image {image}: only images in ECR are checked")
        missing = await absent(prerequisites, found)
        if isinstance(missing, str):
            return Finding(
                self.name,
                Severity.ERROR,
                f"image {image} doesn't exist: {missing}",
                "Push the image, or fix its name in the task definition.",
            )
        if missing and wanted not in missing:
            return Finding(
                self.name,
                Severity.ERROR,
                f"image {image} is built for {', '.join(sorted(missing))}, not for {wanted}",
                "Build it for that architecture, or change runtimePlatform.cpuArchitecture.",
            )
        if not missing:
            return not_checked(self.name, f"image {image} exists; its architecture is unknown")
        return passed(self.name, f"image {image} exists, for {wanted}")


async def absent(prerequisites: Prerequisites, image: EcrImage) -> frozenset[str] | str:
    """Return the architectures of an image, empty if unknown, or why it was not found."""
    try:
        return await prerequisites.image_architectures(
            image.account, image.region, image.repository, image.tag, image.digest
        )
    except NotFoundError as error:
        return error.what


def _architecture(definition: Shape) -> str:
    platform = definition.get("runtimePlatform") or {}
    return _ARCHITECTURES.get(str(platform.get("cpuArchitecture") or "X86_64"), "amd64")
