"""How ECS deploys a service, and all that depends on it: chosen here, for everything."""

from __future__ import annotations

import dataclasses
from typing import Protocol

from cage.context import Context
from cage.deployment.follower import Change, Follower, Observer
from cage.deployment.judgment import Ended
from cage.deployment.proof import Proof
from cage.deployment.rollback_path import RollbackPath
from cage.deployment.traffic_shift import Shift
from cage.model.errors import AwsError, AwsUnavailableError
from cage.model.outcome import Outcome
from cage.model.services import Service, load_balancers


class Strategy(Protocol):
    """A kind of deployment.

    Attributes:
        bakes: Whether ECS itself watches the new tasks for a while before the old ones stop.
        in_history: Whether only the service's history shows how a deployment went.
    """

    bakes: bool
    in_history: bool

    def follower(self, context: Context, change: Change, observer: Observer) -> Follower:
        """Return the follower for such a deployment."""

    async def production(self, context: Context, service: Service) -> tuple[str, ...] | None:
        """Return the target groups that receive production traffic; None: it isn't moved.

        Raises:
            AwsError: AWS refused, or didn't answer.
        """


def strategy_of(service: Service) -> Strategy | None:
    """Return the service's strategy; None: cage doesn't know it."""
    if service.shifts_traffic:
        return _TrafficShift()
    return _Rolling() if service.strategy == "ROLLING" else None


class _Rolling:
    """ECS replaces the tasks one after the other."""

    bakes = in_history = False

    def follower(self, context: Context, change: Change, observer: Observer) -> Follower:
        return _RollingFollower(context, change, observer)

    async def production(self, context: Context, service: Service) -> None:  # noqa: ARG002
        return None


@dataclasses.dataclass(slots=True)
class _RollingFollower(Proof):
    async def give_up(self, lost: Ended) -> Outcome:
        return await RollbackPath(self.context, self.change, self.observer).after(lost)


class _TrafficShift:
    """ECS starts a second set of tasks, and moves the traffic to it."""

    bakes = in_history = True

    def follower(self, context: Context, change: Change, observer: Observer) -> Follower:
        return Shift(context, change, observer)

    async def production(self, context: Context, service: Service) -> tuple[str, ...]:
        return await serving(context, service) or await settled(context, service)


async def settled(context: Context, service: Service) -> tuple[str, ...]:
    """Return the target groups of production traffic by ECS's own record, the service revision.

    Raises:
        AwsError: AWS refused, or didn't answer.
    """
    found: tuple[str, ...] = ()
    current = service.raw.get("currentServiceRevisions") or []
    for revision in current if service.load_balancers else []:
        known = await context.ecs.find_service_revision(revision["arn"])
        found += known.target_group_arns if known else ()
    return found


async def serving(context: Context, service: Service) -> tuple[str, ...]:
    """Return the service's target groups that a production listener rule gives any traffic to.

    Empty if a rule can't be read, or gives traffic to none of them: ECS's record counts then.

    Raises:
        AwsUnavailableError: AWS didn't answer.
    """
    balancers = load_balancers(service.raw)
    sides = {b.production_rule: b.sides for b in balancers if b.production_rule}
    if not sides:
        return ()
    try:
        forwards = await context.gateway.listeners.forwards(tuple(sides))
    except AwsUnavailableError:
        raise
    except AwsError:
        return ()
    found = [[a for a in forwards[rule].serving if a in own] for rule, own in sides.items()]
    return tuple(arn for each in found for arn in each) if all(found) else ()
