"""The log stream that a container writes to.

Source: ECS developer guide, "Send Amazon ECS logs to CloudWatch": with a stream prefix, the
stream's name is prefix/container/task ID. Without one, it is the container's Docker ID.
"""

from __future__ import annotations

from cage.model.base import Shape
from cage.model.telemetry import LogStream


def log_stream(definition: Shape, container: str, task_id: str) -> LogStream | str:
    """Return a container's log stream, or why cage can't read its log.

    Args:
        definition: The task definition.
    """
    for raw in definition.get("containerDefinitions") or []:
        if raw.get("name") == container:
            config: Shape = raw.get("logConfiguration") or {}
            driver, options = config.get("logDriver"), config.get("options") or {}
            if driver != "awslogs":
                return f"container {container} logs by {driver or 'no driver'}, not by awslogs"
            group, prefix = options.get("awslogs-group"), options.get("awslogs-stream-prefix")
            if not group or not prefix:
                return f"container {container} has no awslogs-stream-prefix, which names its log"
            name = f"{prefix}/{container}/{task_id}"
            return LogStream(group, name, options.get("awslogs-region"))
    return "no container is named in it"
