"""Do the containers' own health checks pass?"""

from __future__ import annotations

import dataclasses

from cage.checks.subject import Subject
from cage.model.outcome import Failed, Observation, Passed, Waiting
from cage.model.revisions import Revision
from cage.model.services import Service
from cage.runtime import clock


@dataclasses.dataclass(frozen=True, slots=True)
class ContainerHealth:
    """Every container that has a health check is HEALTHY; the others stay UNKNOWN forever."""

    timeout_s: float
    name: str = "container-health"
    waits_for: str = "the containers' health checks"
    holds: bool = True
    reads_task: bool = True
    late_remedy: str = "Raise --task-health-check-timeout if the application starts slowly."

    def applies_to(self, service: Service, revision: Revision) -> bool:  # noqa: ARG002
        """Return whether the revision has a container health check."""
        return any(c.health_check_s is not None for c in revision.containers)

    async def observe(self, subject: Subject) -> Observation:
        """Read each container's health."""
        checked = [c for c in subject.revision.containers if c.health_check_s is not None]
        said = {}
        for definition in checked:
            container = subject.task.container(definition.name) if subject.task else None
            said[definition.name] = container.health if container else "UNKNOWN"
        for name, health in said.items():
            if health == "UNHEALTHY":
                return Failed(
                    "ContainerUnhealthy",
                    f"container {name} fails its own health check",
                    "Run the health check's command in the image; raise startPeriod if the "
                    "application needs longer to start.",
                )
        waiting = [name for name, health in said.items() if health != "HEALTHY"]
        if not waiting:
            return Passed(f"container health checks pass: {', '.join(said)}")
        expected_s = None
        if subject.running_since is not None:
            interval_s = max(d.health_check_s or 0.0 for d in checked)
            since_s = clock.monotonic() - subject.running_since
            expected_s = max(0.0, interval_s - since_s)
        return Waiting(f"no verdict yet from {', '.join(waiting)}", expected_s)
