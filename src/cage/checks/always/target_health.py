"""Is the canary healthy in every target group of the service?"""

from __future__ import annotations

import dataclasses

from cage.checks.subject import Subject
from cage.model.outcome import Failed, Observation, Passed, Waiting
from cage.model.revisions import Revision
from cage.model.services import Service
from cage.model.targets import Registration, TargetHealth
from cage.runtime import clock

SETTLE_S = 30.0
"""A target can be reported as unused, or as draining after an earlier registration, for seconds
after registration, but never this long."""

_FIRST_CHECK_S = 5.0
_NO_ANSWER = frozenset({"Target.Timeout", "Target.FailedHealthChecks"})
_REMEDIES = {
    "Target.Timeout": "Allow the load balancer's security group to reach the task's port, and "
    "check that the application listens on all interfaces.",
    "Target.FailedHealthChecks": "Check that the application listens on the mapped port in time; "
    "raise the service's healthCheckGracePeriodSeconds if it starts slowly.",
    "Target.ResponseCodeMismatch": "Make the health check's path return a code that the "
    "target group's matcher accepts.",
    "Target.NotInUse": "Make a listener of the load balancer forward to the target group, and "
    "enable the task's Availability Zone there.",
    "Target.IpUnusable": "The address can't be a target. Check the service's subnets.",
    "Target.InvalidState": "The instance is not running. Specify another one for the canary.",
}
_IN_LATTICE = (
    "Let the tasks' security group accept the VPC Lattice managed prefix list on the container's "
    "port, and check the path and codes of the target group's health check."
)
"""ECS developer guide, "Create a service that uses VPC Lattice": else its health checks fail."""

_LATTICE_UNUSED = "Let a listener of a VPC Lattice service forward to the target group."


@dataclasses.dataclass(frozen=True, slots=True)
class TargetsHealthy:
    """Every target group reports the canary as healthy.

    `unhealthy` fails as soon as ECS would replace a task for it: immediately, or after the
    service's grace period.
    """

    timeout_s: float
    name: str = "target-health"
    waits_for: str = "the canary to be healthy in its target groups"
    holds: bool = True
    reads_task: bool = False
    late_remedy: str = "Check the target group's health check and its timeouts."

    def applies_to(self, service: Service, revision: Revision) -> bool:  # noqa: ARG002
        """Return whether the service has target groups: only one behind a load balancer does."""
        return bool(service.load_balancers)

    async def observe(self, subject: Subject) -> Observation:
        """Query every target group."""
        waiting: list[str] = []
        for registration in subject.registrations:
            health = await subject.target_groups.health(registration.target_group.arn)
            said = health.get(registration.target, TargetHealth(registration.target, ""))
            observation = self._judge(subject, registration, said)
            if isinstance(observation, Failed):
                return observation
            if isinstance(observation, Waiting):
                waiting.append(observation.message)
            else:
                subject.note_healthy(everywhere=False)
        if waiting:
            return Waiting("; ".join(waiting), _FIRST_CHECK_S)
        subject.note_healthy(everywhere=True)
        names = ", ".join(r.target_group.name for r in subject.registrations)
        return Passed(f"the canary is healthy in {names}")

    def _judge(
        self, subject: Subject, registration: Registration, said: TargetHealth
    ) -> Observation:
        name = registration.target_group.name
        why = _why(said)
        running_s = clock.monotonic() - (subject.running_since or subject.began)
        registered_s = clock.monotonic() - subject.registered_at
        match said.state:
            case "healthy":
                return Passed(name)
            case "unavailable":
                return Passed(f"{name} (it has no health checks)")
            case "unhealthy":
                grace_s = float(subject.service.raw.get("healthCheckGracePeriodSeconds") or 0)
                if running_s >= grace_s:
                    return _failed("TargetUnhealthy", "unhealthy in", registration, said)
                return Waiting(f"unhealthy in {name} within the grace period ({why})")
            case "draining" | "unhealthy.draining" if registered_s > SETTLE_S:
                return Failed(
                    "TargetDeregistered",
                    f"someone deregistered the canary from {name}",
                    "Find out what else deregisters targets.",
                )
            case "unused" if registered_s > SETTLE_S and said.reason != "Target.NotRegistered":
                return _failed("TargetUnused", "not used by", registration, said)
            case "" | "unused" if registered_s > SETTLE_S:
                return Failed(
                    "TargetDeregistered",
                    f"{name} no longer lists the canary",
                    "Find out what else deregisters targets.",
                )
            case _:
                return Waiting(f"{said.state or 'not listed yet'} in {name}")


def _why(said: TargetHealth) -> str:
    return ": ".join(part for part in (said.reason, said.description) if part) or said.state


def _failed(reason: str, what: str, registration: Registration, said: TargetHealth) -> Failed:
    message = f"the canary is {what} {registration.target_group.name} ({_why(said)})"
    return Failed(reason, message, remedy(registration, said.reason))


def remedy(registration: Registration, reason: str) -> str:
    """Return the usual fix for the load balancer's reason. VPC Lattice documents no reasons.

    A target group that checks all targets on one port can't reach a task whose host port ECS
    chooses.
    """
    port, group = registration.target.port, registration.target_group
    asked = group.health_check_port
    if group.lattice:
        return _IN_LATTICE if group.in_use else _LATTICE_UNUSED
    if reason in _NO_ANSWER and group.target_type == "instance" and asked not in {None, port}:
        return (
            f"The health check of {group.name} uses port {asked}, but the task has port {port} "
            "on the instance. Set the health check's port to traffic-port."
        )
    return _REMEDIES.get(reason, "")
