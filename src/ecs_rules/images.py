"""Names of images that no registry has.

Source: API reference, ContainerDefinition, image; the grammar is that of the OCI distribution
project's `reference` package, which Docker and ECS's agents parse names with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecs_rules.breach import Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.request import Shape, containers
from ecs_rules.values import show

ECR_REGISTRY = (
    r"(?P<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\."
    r"(?:on\.aws|(?:amazonaws|on\.amazonwebservices)\.(?:com|com\.cn|eu))/"
)
"""The beginning of an image's name in a private ECR registry.

Source: AWS General Reference, "Amazon ECR endpoints and quotas" (dual-stack and FIPS hosts); ECR
user guide, "Making requests to Amazon ECR registries". The dual-stack hosts of other partitions
are those that AWS's credential provider for Kubernetes recognizes.
"""
_LONGEST = 255
_HOST = r"(?:localhost|(?=[^/]*[.:A-Z])[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::[0-9]+)?"
_PART = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
_DIGEST = r"sha256:[0-9A-Fa-f]{64}"
_IMAGE = re.compile(rf"(?:{_HOST}/)?{_PART}(?:/{_PART})*(?::{_TAG})?(?:@{_DIGEST})?")


@rule()
def names(_service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """An image's name is one that can be pulled."""
    for spot, container in containers(task_definition):
        image = container.get("image")
        if image and (reason := _reason(image)):
            yield breach(spot.at("image"), f"{show(image)} {reason[0]}", reason[1])


def _reason(image: str) -> tuple[str, str] | None:
    """Return what is wrong with the name, and how to fix it."""
    name, at, digest = image.partition("@")
    if len(name) > _LONGEST:
        what = " before the @" if at else ""
        return f"is longer than {_LONGEST} characters{what}", "Is this an image?"
    if re.match(rf"{ECR_REGISTRY}[a-z0-9](?:[:@]|$)", image):
        # Source: ECR API reference, CreateRepository, repositoryName: 2 to 256 characters.
        return "has a repository of one character, and ECR's have two", "Write its whole name"
    if _IMAGE.fullmatch(image):
        return None
    if at and not re.fullmatch(_DIGEST, digest):
        return "has another digest than sha256: and 64 characters", "Copy the digest again"
    if re.search(r"\s", image):
        return "has a space or a line end in it", "Remove it"
    if "://" in image:
        return "is an address; an image's name has no scheme", "Remove what is before the host"
    if _IMAGE.fullmatch(image.lower()):
        return "has capital letters in its repository", "Write the repository in lower case"
    return "is not an image's name", "Write repository:tag or repository@digest"
