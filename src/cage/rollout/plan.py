"""The requests that an operation will send, made from the options; nothing is sent here."""

from __future__ import annotations

from cage.deployment import changes
from cage.model.base import Shape
from cage.options.request import Request


def creation(request: Request, revision: str) -> Shape:
    """Return the input of create-service, without the token that makes it safe to repeat.

    Args:
        revision: The revision that the service will run.
    """
    return {
        **(request.service_definition or {}),
        "cluster": request.cluster,
        "serviceName": request.service,
        "taskDefinition": revision,
    }


def update_changes(request: Request) -> Shape:
    """Return the members that an update sends along with the revision."""
    return changes.from_definition(request.service_definition) if request.update_service else {}


def plan(request: Request) -> dict[str, Shape]:
    """Return the inputs that `up` and `rollout` would send, by the AWS CLI's names of the calls.

    A revision that isn't registered yet has no number; its family is used instead.
    """
    task = request.task_definition
    revision = request.revision or str(task["family"] if task else "")
    planned: dict[str, Shape] = {}
    if task is not None:
        planned["register-task-definition"] = task
    if request.service_definition is not None:
        planned["create-service"] = creation(request, revision)
    planned["update-service"] = changes.update_input(
        cluster=request.cluster,
        service=request.service,
        revision=revision,
        changes=update_changes(request),
    )
    return planned
