"""Is the canary task running?"""

from __future__ import annotations

import dataclasses

from cage.checks.subject import Subject
from cage.model.outcome import Observation, Passed, Waiting
from cage.model.revisions import Revision
from cage.model.services import Service
from cage.runtime import clock

_FARGATE_S = 30.0
_EC2_S = 6.0
_SCALING_S, _SCALING_POLL_S = 240.0, 5.0
_PULLING_S = 2.0
"""ECS reports when a task started running, so polling less often loses no second."""

_NO_INSTANCE = (
    "Find out why no instance joined the cluster. To wait longer, raise --task-running-timeout: "
    "ECS stops the task after 10 to 30 minutes."
)
"""Source of ECS's own limit: AWS blog, "Deep Dive on Amazon ECS Cluster Auto Scaling"."""


@dataclasses.dataclass(frozen=True, slots=True)
class Running:
    """The task's last status is RUNNING."""

    timeout_s: float
    name: str = "running"
    waits_for: str = "the canary task to run"
    holds: bool = True
    reads_task: bool = True
    late_remedy: str = "Raise --task-running-timeout if the image is large or starting it is slow."

    def applies_to(self, service: Service, revision: Revision) -> bool:  # noqa: ARG002
        """Return True: every canary must be running."""
        return True

    async def observe(self, subject: Subject) -> Observation:
        """Read the task's state."""
        task = subject.task
        waited_s = clock.monotonic() - subject.began
        status = task.last_status if task else ""
        if status == "RUNNING":
            return Passed(f"the canary task is running (took {waited_s:.0f} s)")
        if task is not None and task.awaits_instance:
            message = (
                f"the canary task is waiting for an instance of capacity provider "
                f"{task.capacity_provider} (PROVISIONING)"
            )
            expected_s = max(_SCALING_S, waited_s + _SCALING_POLL_S)
            return Waiting(message, expected_s, _SCALING_POLL_S, late_remedy=_NO_INSTANCE)
        if status == "ACTIVATING":
            expected_s = waited_s
        elif task is not None and task.container_instance_arn:
            expected_s = _EC2_S
        else:
            expected_s = _FARGATE_S
        message = f"the canary task is {status or 'being started'}"
        return Waiting(message, expected_s, _PULLING_S)
