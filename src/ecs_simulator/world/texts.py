"""The texts of a service's events and of deployments' reasons, as ECS writes them.

Sources: ECS developer guide, "Amazon ECS service event messages"; traces that users have
published, for what the guide leaves out (stopped pending tasks, draining, protection).
"""

from __future__ import annotations

from collections.abc import Sequence

MORE = "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide."
STEADY = "has reached a steady state."
IMPAIRED = "is unable to consistently start tasks successfully."
THROTTLED = "operations are being throttled. Will try again later."
DEADLOCKED = (
    "was unable to stop or start tasks during a deployment because of the service deployment "
    "configuration. Update the minimumHealthyPercent or maximumPercent value and try again."
)
NO_CAPACITY = (
    "Capacity is unavailable at this time. Please try again later or in a different "
    "availability zone"
)
TASKS_FAILED = "tasks failed to start"
ALARM_DETECTED = "alarm detected"

_CLOSEST = {
    "RESOURCE:CPU": "has insufficient CPU units available.",
    "RESOURCE:MEMORY": "has insufficient memory available.",
    "RESOURCE:PORTS": "is already using a port required by your task.",
    "AGENT": "doesn't have the agent connected.",
}


def _tasks(ids: Sequence[str]) -> str:
    return " ".join(f"(task {task_id})" for task_id in ids)


def started(ids: Sequence[str], replaced: int = 0) -> str:
    """Report which tasks were started, and how many unhealthy ones they replace."""
    text = f"has started {len(ids)} tasks: {_tasks(ids)}."
    if not replaced:
        return text
    return f"{text} Amazon ECS replaced {replaced} tasks due to an unhealthy status."


def stopped(ids: Sequence[str]) -> str:
    """Report which running tasks were stopped."""
    return f"has stopped {len(ids)} running tasks: {_tasks(ids)}."


def stopped_pending(count: int) -> str:
    """Report how many tasks were stopped before they ran."""
    return f"stopped {count} pending tasks."


def registered(count: int, group_arn: str) -> str:
    """Report targets that were registered."""
    return f"registered {count} targets in (target-group {group_arn})"


def deregistered(count: int, group_arn: str) -> str:
    """Report targets that were deregistered."""
    return f"deregistered {count} targets in (target-group {group_arn})"


def draining(count: int) -> str:
    """Report tasks that are drained."""
    return f"has begun draining connections on {count} tasks."


def not_started(reason: str) -> str:
    """Report why a task was placed and never ran."""
    return f"was unable to place a task. Reason: {reason}."


def unhealthy_target(task_id: str, port: int, group_arn: str, why: str) -> str:
    """Report a task that the load balancer considers unhealthy."""
    return (
        f"(task {task_id}) (port {port}) is unhealthy in (target-group {group_arn}) "
        f"due to (reason {why})."
    )


def unhealthy_container(task_id: str) -> str:
    """Report a task whose own health check fails."""
    return f"(task {task_id}) failed container health checks."


def unplaced(closest: str, reason: str, provider: str = "") -> str:
    """Report why no instance accepted a task: its nearest match, by id, and ECS's reason code.

    Source of the text for a capacity provider without instances: aws/containers-roadmap#653.
    """
    if not closest:
        return (
            "was unable to place a task because no container instance met all of its "
            "requirements. Reason: No Container Instances were found in your "
            f"{'capacity provider' if provider else 'cluster'}. {MORE}"
        )
    what = _CLOSEST.get(reason, f'encountered error "{reason}".')
    return (
        "was unable to place a task because no container instance met all of its "
        f"requirements. The closest matching (container-instance {closest}) {what} {MORE}"
    )


NO_FARGATE = f"was unable to place a task. Reason: {NO_CAPACITY}."


def completed(deployment_id: str) -> str:
    """Report that a deployment completed."""
    return f"(deployment {deployment_id}) deployment completed."


def failed(deployment_id: str, why: str) -> str:
    """Report that a deployment failed: `tasks failed to start` or `alarm detected`."""
    return f"(deployment {deployment_id}) deployment failed: {why}."


def rolling_back(deployment_id: str) -> str:
    """Report the deployment to which the service rolls back."""
    return f"rolling back to deployment {deployment_id}."


def protected(deployment_id: str, count: int) -> str:
    """Report that protected tasks block a deployment or scaling in."""
    return (
        f"was unable to reach steady state because (taskSet {deployment_id}) was unable to "
        f"scale in due to (reason {count} tasks under protection)"
    )
