"""The requests that an operation will send, made from the options; nothing is sent here."""

from __future__ import annotations

from cage.deployment import changes
from cage.model.base import Shape
from cage.options.request import Request
from cage.ports.shapes import Shapes

_NEVER = frozenset({"cluster", "deploymentController", "desiredCount", "taskDefinition"})
"""Members of both create-service's and update-service's input that the file doesn't change."""


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


def plan(request: Request, shapes: Shapes) -> dict[str, Shape]:
    """Return the inputs that `up` and `rollout` would send, by the AWS CLI's names of the calls.

    A revision that isn't registered yet has no number; its family is used instead. Of the settings
    to update, a rollout sends those that differ from the live service.
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
        changes=_settings(request, shapes),
    )
    tags = (request.service_definition or {}).get("tags")
    if request.update_service and tags:
        planned["tag-resource"] = {"resourceArn": request.service, "tags": tags}
    return planned


def _settings(request: Request, shapes: Shapes) -> Shape:
    """Return the settings that an update can send along with the revision."""
    count = {} if request.desired_count is None else {"desiredCount": request.desired_count}
    if not request.update_service:
        return count
    accepted = set(shapes.input_of("UpdateService").members) - _NEVER
    definition = request.service_definition or {}
    return {key: value for key, value in definition.items() if key in accepted} | count
