"""What `--floor` means for a rollout: when it is refused, warned of, and how it ends."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from cage.availability.floor import lower_bound
from cage.availability.watch import Watch
from cage.model import events
from cage.model.errors import RefusedError
from cage.model.outcome import Diagnosis, Outcome, RolledBack
from cage.model.services import Service
from cage.runtime.journal import Journal

BELOW_FLOOR = "BelowFloor"
_REMEDY = "Raise maximumPercent, so that new tasks start before old ones stop, or lower --floor."


async def begin(
    watch: Watch, service: Service, groups: Collection[str], production: tuple[str, ...]
) -> None:
    """Begin to count healthy targets, or running tasks.

    Args:
        groups: The target groups that the service will have.
        production: Those that production traffic comes by, where it is moved.
    """
    now = {b.target_group_arn for b in service.load_balancers}
    # Where targets move to other groups for good, only the tasks can be counted throughout.
    stays = tuple(groups) if now == set(groups) else ()
    await watch.open(service, production if service.shifts_traffic else stays)


async def require(
    watch: Watch,
    service: Service,
    groups: Collection[str],
    production: tuple[str, ...],
    journal: Journal,
) -> None:
    """Begin to count healthy targets, and refuse a service that is below the floor now.

    Args:
        groups: The target groups that the service will have.
        production: Those that production traffic comes by now, where deployments move it.

    Raises:
        RefusedError: Fewer targets are healthy than the floor asks for.
    """
    await begin(watch, service, groups, production)
    broken = await watch.broken()
    if broken is not None:
        raise RefusedError(
            f"The service is below the floor already: {broken}.",
            "A rollout would put even those at risk.",
            "Bring the service back to its desired count first, or lower --floor.",
        )
    ledger = watch.ledger
    if ledger.floor is None:
        return
    kept = lower_bound(service)
    if kept < ledger.least():
        journal.tell(
            events.Noticed(
                f"ECS keeps only {kept} of {service.desired_count} tasks by the service's "
                f"minimumHealthyPercent, fewer than the floor of {ledger.least()}"
            )
        )


def with_remedy(outcome: Outcome, found: Diagnosis | None) -> Outcome:
    """Return the outcome of a way back, with what mends the failure that it is for."""
    if not isinstance(outcome, RolledBack) or outcome.remedy:
        return outcome
    remedy = found.remedy if found else _REMEDY if outcome.reason == BELOW_FLOOR else ""
    return dataclasses.replace(outcome, remedy=remedy)
