"""A service in a simulated account, made as any tool makes one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ecs_simulator import Simulator

TASK = {
    "family": "web",
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["FARGATE"],
    "cpu": "256",
    "memory": "512",
    "containerDefinitions": [{"name": "web", "image": "web:1", "memory": 256}],
}
NETWORK = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}


def deploy(simulator: Simulator, **differences: Any) -> Any:
    """Create a service of two tasks, and return the client that did."""
    ecs = simulator.client("ecs")
    ecs.create_cluster(clusterName="main")
    ecs.register_task_definition(**TASK)
    service = {
        "cluster": "main",
        "serviceName": "web",
        "taskDefinition": "web",
        "launchType": "FARGATE",
        "desiredCount": 2,
        "networkConfiguration": NETWORK,
    }
    ecs.create_service(**service | differences)
    return ecs


def shown(ecs: Any) -> dict[str, Any]:
    """Return what DescribeServices shows of the service."""
    (service,) = ecs.describe_services(cluster="main", services=["web"])["services"]
    return dict(service)


def stopped_reasons(ecs: Any) -> set[str]:
    """Return why tasks of the service stopped."""
    arns = ecs.list_tasks(cluster="main", desiredStatus="STOPPED")["taskArns"]
    if not arns:
        return set()
    tasks = ecs.describe_tasks(cluster="main", tasks=arns[:100])["tasks"]
    return {task["stoppedReason"] for task in tasks}
