"""ECR doesn't have the new revision's image.

Source: ECR API reference, BatchGetImage, failure ImageNotFound; ECS developer guide,
"CannotPullContainer task errors in Amazon ECS".
"""

from __future__ import annotations

from cage.rehearsal.incidents.effects import cannot_start
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import begins
from cage.rehearsal.stage import Stage
from cage.verification.images import parse

_REASON = "CannotPullContainerError: failed to resolve ref {image}: {image}: not found"


def _images(stage: Stage) -> dict[str, str]:
    """Return the images in ECR, with the names used to query ECR."""
    containers = stage.task_definition.get("containerDefinitions") or []
    found = {str(c["image"]): parse(str(c["image"])) for c in containers if c.get("image")}
    return {
        name: f"{image.repository}:{image.digest or image.tag}"
        for name, image in found.items()
        if image is not None
    }


def _inapplicable(stage: Stage) -> str | None:
    return None if _images(stage) else "no image of it is in ECR"


def _arm(stage: Stage) -> None:
    begins(stage)
    for image, name in _images(stage).items():
        stage.prerequisites.absent.add(name)
        cannot_start(_REASON.format(image=image), 60, 120)(stage)


INCIDENT = Incident(
    name="image-not-in-ecr",
    family="image",
    summary="ECR doesn't have the new revision's image",
    why="a preflight check finds it before anything is started",
    right=ABORTED,
    arm=_arm,
    inapplicable=_inapplicable,
    order=4,
)
