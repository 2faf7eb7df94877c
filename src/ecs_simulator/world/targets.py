"""Target groups: registering, checking the health of, and draining targets.

Sources: ELB user guide, "Health checks for your target groups" and "Deregistration delay"; VPC
Lattice user guide, "Health checks for your VPC Lattice target groups": they work alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ecs_simulator.world.errors import ApiError
from ecs_simulator.world.task_entities import Address, SimTarget, SimTargetGroup, SimTask

if TYPE_CHECKING:
    from ecs_simulator.world.engine import Engine

_REFUSED = ("Target.FailedHealthChecks", "Health checks failed")
_TIMEOUT = ("Target.Timeout", "Request timed out")
_GONE_LATE_S = 1.6
"""Published logs of a delay of 30 s show targets gone after 29.4 to 31.5 s."""


class TargetGroups:
    """All target groups of the account.

    Args:
        engine: Time and chance.
        occupant: Finds the task that has an address now, or None.
        changed: Called when a target's state changes: target group and address.
    """

    def __init__(
        self,
        engine: Engine,
        occupant: Callable[[Address], SimTask | None],
        changed: Callable[[SimTargetGroup, Address], None],
    ) -> None:
        self._engine = engine
        self._occupant = occupant
        self._changed = changed
        self.groups: dict[str, SimTargetGroup] = {}

    def add(self, group: SimTargetGroup) -> None:
        """Add the target group."""
        self.groups[group.arn] = group

    def get(self, arn: str) -> SimTargetGroup:
        """Return the target group, or raise ELB's error for an unknown one."""
        group = self.groups.get(arn)
        if group is None:
            raise ApiError("TargetGroupNotFound", "One or more target groups not found")
        return group

    @property
    def dual_stack(self) -> bool:
        """Whether the account's network has IPv6: if any target group takes such addresses."""
        return any(group.address_family == "ipv6" for group in self.groups.values())

    def register(self, arn: str, address: Address) -> None:
        """Register a target; an already registered target keeps its state."""
        group = self.get(arn)
        known = group.targets.get(address)
        if known is not None and not known.state.endswith("draining"):
            return
        target = SimTarget(address, epoch=0 if known is None else known.epoch + 1)
        group.targets[address] = target
        self._engine.note("target registered", f"{group.name} {address[0]}:{address[1]}")
        if not group.in_use:
            self._set(
                group,
                target,
                "unused",
                "Target.NotInUse",
                "Target group is not configured to receive traffic from the load balancer",
            )
            return
        self._changed(group, address)
        epoch = target.epoch
        self._engine.after(
            self._engine.between(1.0, 3.0), lambda: self._begin_checks(group, target, epoch)
        )

    def deregister(self, arn: str, address: Address) -> None:
        """Begin to drain a target; it is removed after the deregistration delay.

        Even an idle target shows as draining until the delay has passed.
        """
        group = self.get(arn)
        target = group.targets.get(address)
        if target is None or target.state.endswith("draining"):
            return
        target.epoch += 1
        epoch = target.epoch
        self._engine.note("target draining", f"{group.name} {address[0]}:{address[1]}")
        self._set(
            group,
            target,
            "draining",
            "Target.DeregistrationInProgress",
            "Target deregistration is in progress",
        )
        left_s = group.deregistration_delay_s + self._engine.between(0.0, _GONE_LATE_S)
        self._engine.after(left_s, lambda: self._remove(group, target, epoch))

    def _remove(self, group: SimTargetGroup, target: SimTarget, epoch: int) -> None:
        if target.epoch == epoch and group.targets.get(target.address) is target:
            del group.targets[target.address]
            self._engine.note(
                "target gone", f"{group.name} {target.address[0]}:{target.address[1]}"
            )
            self._changed(group, target.address)

    def _begin_checks(self, group: SimTargetGroup, target: SimTarget, epoch: int) -> None:
        if target.epoch != epoch:
            return
        if not group.checked:
            self._set(group, target, "unavailable", "Target.HealthCheckDisabled", "")
            return
        self._set(
            group,
            target,
            "initial",
            "Elb.InitialHealthChecking",
            "Initial health checks in progress",
        )
        self._engine.after(
            self._engine.between(0.0, min(5.0, group.interval_s)),
            lambda: self._check(group, target, epoch),
        )

    def _check(self, group: SimTargetGroup, target: SimTarget, epoch: int) -> None:
        if target.epoch != epoch:
            return
        failure = self._probe(group, target.address)
        if failure is None:
            target.fails, target.passes = 0, target.passes + 1
            if target.state == "initial" or (
                target.state == "unhealthy" and target.passes >= group.healthy_threshold
            ):
                self._set(group, target, "healthy", "", "")
        else:
            target.passes, target.fails = 0, target.fails + 1
            if target.state != "unhealthy" and target.fails >= group.unhealthy_threshold:
                self._set(group, target, "unhealthy", *failure)
        self._engine.after(group.interval_s, lambda: self._check(group, target, epoch))

    def _probe(self, group: SimTargetGroup, address: Address) -> tuple[str, str] | None:
        """Check the target once: None if it passes, otherwise ELB's reason and text.

        A task with an address of its own can listen on ports that it doesn't map. On an
        instance, only mapped ports lead to a task.
        """
        if group.target_type == "instance" and group.health_check_port is not None:
            address = (address[0], group.health_check_port)
        task = self._occupant(address)
        if task is None or not task.plan.reachable:
            return _TIMEOUT
        if task.up_since_s is None or task.stopped_s is not None:
            return _REFUSED
        if any(c.last_status == "STOPPED" and c.essential for c in task.containers):
            return _REFUSED
        if self._engine.now < task.up_since_s + task.plan.answers_s:
            return _REFUSED
        if task.plan.answer >= 400:  # noqa: PLR2004  HTTP's own boundary
            code = task.plan.answer
            return "Target.ResponseCodeMismatch", f"Health checks failed with these codes: [{code}]"
        return None

    def _set(
        self, group: SimTargetGroup, target: SimTarget, state: str, reason: str, text: str
    ) -> None:
        before = target.state
        self._engine.touch("group", group.arn, group)
        target.state, target.reason, target.description = state, reason, text
        if before != state:
            address = target.address
            self._engine.note(f"target {state}", f"{group.name} {address[0]}:{address[1]}")
            self._changed(group, address)
