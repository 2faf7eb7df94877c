"""Converts what AWS describes to the input of the call that would create it."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from cage.model.identity import TAG_PREFIX
from cage.model.services import primary_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cage.model.base import Shape

_ONLY_IN_DEPLOYMENTS = (
    "serviceConnectConfiguration",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
)
"""Members that DescribeServices returns only per deployment (API reference, Service and
Deployment)."""

ONLY_IN_REVISIONS = ("gatewayConnectors", "monitoring")
"""CreateService's members that only DescribeServiceRevisions returns (API reference, Service,
Deployment and ServiceRevision)."""

IDENTITY = ("cluster", "serviceName", "taskDefinition", "clientToken")
"""Members that identify the service, or that cage itself adds."""

_RESERVED = ("aws:", TAG_PREFIX)


def current_revision(service: Shape, revisions: Iterable[Shape]) -> Shape | None:
    """Return the service revision that a described service runs, or is moving to.

    During a deployment a service has several: the target is the newest one with the task
    definition of the PRIMARY deployment.

    Args:
        revisions: The service's current service revisions, as described.
    """
    running = running_revision(service)
    own = [one for one in revisions if one.get("taskDefinition") == running]
    dated = [one for one in own if one.get("createdAt") is not None]
    return max(dated, key=operator.itemgetter("createdAt")) if dated else next(iter(own), None)


def service_input(service: Shape, revision: Shape | None = None) -> dict[str, Any]:
    """Return a described service as create-service's input, without AWS's and cage's own tags.

    Args:
        revision: Its service revision, as described; None: what only that shows is left out.
    """
    primary = primary_of(service)
    found = dict(service)
    for key in ("loadBalancers", "serviceRegistries"):
        # CodeDeploy moves a service's load balancers from task set to task set.
        found[key] = service.get(key) or primary.get(key)
    held = revision or {}
    found |= {key: held[key] for key in (*_ONLY_IN_DEPLOYMENTS, *ONLY_IN_REVISIONS) if key in held}
    found |= {key: primary[key] for key in _ONLY_IN_DEPLOYMENTS if key in primary}
    found["cluster"] = str(service.get("clusterArn") or "").rpartition("/")[2]
    found["role"] = service.get("roleArn")
    found["tags"] = _own_tags(service)
    if service.get("schedulingStrategy") == "DAEMON":
        # ECS counts a daemon's tasks itself and refuses a desired count.
        found.pop("desiredCount", None)
    return {key: value for key, value in found.items() if value is not None}


def task_definition_input(task_definition: Shape) -> dict[str, Any]:
    """Return a described task definition as register-task-definition's input."""
    found = {key: value for key, value in task_definition.items() if value is not None}
    return {**found, "tags": _own_tags(task_definition)}


def running_revision(service: Shape) -> str:
    """Return the ARN of the revision of the service's PRIMARY deployment or task set."""
    return str(primary_of(service).get("taskDefinition") or service.get("taskDefinition") or "")


def _own_tags(thing: Shape) -> list[Shape]:
    """Remove cage's own tags, and AWS's (ECS developer guide, "Tag restrictions")."""
    tags: list[Shape] = thing.get("tags") or []
    return [tag for tag in tags if not str(tag.get("key", "")).lower().startswith(_RESERVED)]
