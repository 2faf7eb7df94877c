"""Why a task stopped, in words."""

from __future__ import annotations

import signal

from cage.model import Container, Task
from cage.outcome import Failed

_KILLED = 128
_REMEDIES = {
    "CannotPull": "Check the image's name, tag and repository, and that the execution role and "
    "the network reach the registry.",
    "ResourceInitializationError": "Check the secrets' ARNs, the execution role, and the route "
    "from the subnets to the services that ECS calls.",
    "OutOfMemory": "Give the container more memory.",
    "Task failed container health checks": "Run the health check's command in the image.",
    "RESOURCE:": "Add capacity, or lower what the task asks for.",
    "Capacity is unavailable": "Try again later, or add subnets in other availability zones.",
    "EMPTY CAPACITY PROVIDER": "Add instances to the capacity provider.",
    "Timeout waiting for network interface": "Check the subnets' free addresses and the "
    "account's limit of network interfaces.",
    "Spot": "Run the canary again, or on capacity that isn't interrupted.",
    "Essential container in task exited": "Read the container's log for what it said last.",
}


def stopped_verdict(task: Task) -> Failed:
    """Return the verdict over a canary that stopped, with every container's part in it."""
    why = task.stopped_reason or "no reason given"
    code = task.stop_code or "no stop code"
    parts = [text for c in task.containers if (text := _container(c, why))]
    told = f"; {'; '.join(parts)}" if parts else ""
    whole = f"{why} {' '.join(c.reason for c in task.containers)}"
    remedy = next((r for word, r in _REMEDIES.items() if word in whole), "")
    return Failed("TaskStopped", f"the canary task stopped: {why} ({code}){told}", remedy)


def _container(container: Container, known: str) -> str:
    """Describe a container's end; empty if it has nothing to add to what is known."""
    if container.exit_code is None:
        new = container.reason and container.reason not in known
        return f"container {container.name}: {container.reason}" if new else ""
    text = f"container {container.name} exited with {container.exit_code}"
    if container.exit_code > _KILLED:
        number = container.exit_code - _KILLED
        if number in {s.value for s in signal.Signals}:
            text += f" ({signal.Signals(number).name})"
    return f"{text}: {container.reason}" if container.reason else text
