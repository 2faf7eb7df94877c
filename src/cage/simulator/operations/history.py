"""What a service ran before: its successful deployments, and its family's revisions.

Source: ECS API reference, ListServiceDeployments, DescribeServiceRevisions and
ListTaskDefinitions.
"""

from __future__ import annotations

from typing import Any

from cage.simulator.world import ApiError, World
from cage.simulator.world.things import ACCOUNT, SimRevision


def _arn(world: World, cluster: str, service: str, kind: str, number: int) -> str:
    return f"arn:aws:ecs:{world.region}:{ACCOUNT}:{kind}/{cluster}/{service}/{number:019d}"


def list_service_deployments(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """List the deployments that ended well, the newest first."""
    cluster = world.cluster(params.get("cluster"))
    name = params["service"].rpartition("/")[2]
    service = world.services.get((cluster, name))
    if service is None:
        raise ApiError("ServiceNotFoundException", "Service not found.")
    shown = [
        {
            "serviceDeploymentArn": _arn(world, cluster, name, "service-deployment", number),
            "targetServiceRevisionArn": _arn(world, cluster, name, "service-revision", number),
            "status": "SUCCESSFUL",
        }
        for number in reversed(range(len(service.completed)))
    ]
    asked = params.get("status") or ["SUCCESSFUL"]
    return {"serviceDeployments": shown if "SUCCESSFUL" in asked else []}


def describe_service_revisions(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe what deployments brought, as far as cage reads it."""
    found: list[dict[str, Any]] = []
    failures: list[dict[str, Any]] = []
    for arn in params["serviceRevisionArns"]:
        _, cluster, name, number = arn.split("/")
        service = world.services.get((cluster, name))
        if service is None or int(number) >= len(service.completed):
            failures.append({"arn": arn, "reason": "MISSING"})
            continue
        revision: SimRevision = service.completed[int(number)]
        found.append({"serviceRevisionArn": arn, "taskDefinition": revision.arn})
    return {"serviceRevisions": found, "failures": failures}


def list_task_definitions(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """List the ARNs of a family's revisions of one status."""
    status = params.get("status") or "ACTIVE"
    known = world.revisions.get(params.get("familyPrefix") or "", [])
    arns = [r.arn for r in known if r.raw["status"] == status]
    return {"taskDefinitionArns": arns[::-1] if params.get("sort") == "DESC" else arns}
