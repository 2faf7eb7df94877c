"""Whether a service can be rolled out as it stands."""

from __future__ import annotations

from cage.context import Place
from cage.deployment.strategy import Strategy, strategy_of
from cage.model import other_deployers
from cage.model.base import short
from cage.model.errors import BusyError, RefusedError
from cage.model.services import Service


def require_free(service: Service, replaces: str = "") -> Strategy:
    """Require a service that can be rolled out now, and return its strategy.

    Args:
        replaces: The deployment in progress that the rollout replaces; empty if none.

    Raises:
        BusyError: Someone else is deploying it.
        RefusedError: It can't be rolled out as it stands.
    """
    strategy = require_fit(service)
    busy = _busy(service)
    primary = service.primary
    if busy is not None and not (replaces and primary is not None and primary.id == replaces):
        raise busy
    return strategy


def require_fit(service: Service) -> Strategy:
    """Require a service that cage can deploy at all, even if busy now, and return its strategy.

    Raises:
        RefusedError: cage can't deploy it.
    """
    name = f"Service {service.name}"
    if service.status != "ACTIVE":
        raise RefusedError(
            f"{name} is {service.status}.",
            "Only an ACTIVE service can be rolled out.",
            "Create it again with cage up."
            if service.status == "INACTIVE"
            else "Wait until it is INACTIVE, then create it again with cage up.",
        )
    other_deployers.require_none(service.raw, service.name)
    strategy = strategy_of(service)
    if strategy is None:
        raise RefusedError(
            f"{name} has the deployment strategy {service.strategy}.",
            "cage doesn't know how to follow such a deployment.",
            "Use ROLLING, BLUE_GREEN, LINEAR or CANARY, or a newer version of cage.",
        )
    return strategy


def _busy(service: Service) -> BusyError | None:
    name, primary = f"Service {service.name}", service.primary
    moving = primary is not None and (
        primary.rollout_state == "IN_PROGRESS"
        or (primary.rollout_state is None and len(service.deployments) > 1)
    )
    if primary is not None and moving:
        counts = (
            f"{primary.running_count} of {primary.desired_count} tasks running, "
            f"{primary.failed_tasks} failed in a row"
        )
        return BusyError(
            f"{name} is being deployed by someone else (deployment {primary.id}).",
            f"It deploys {primary.revision_arn.rpartition('/')[2]}: {counts}.",
            "Wait until it is done. If its rollout died, continue it with cage resume; "
            f"if it can't complete, roll it back: {rollback_command(service)}",
        )
    return None


def rollback_command(service: Service) -> str:
    """Return the command that rolls the service back manually."""
    *_, region, _account, cluster = ("", "", *service.cluster_arn.split(":")[-3:])
    return f"cage rollback {Place(region, short(cluster), service.name).flags}"


def require_same(before: Service, now: Service) -> None:
    """Require that no one has deployed the service since it was found fit for the rollout.

    Raises:
        RefusedError: Someone has deployed it.
    """
    was, is_now = before.primary, now.primary
    if was is not None and is_now is not None and was.id != is_now.id:
        raise RefusedError(
            f"Service {now.name} was deployed by someone else during this rollout.",
            f"Deployment {is_now.id} of {is_now.revision_arn.rpartition('/')[2]} has replaced "
            f"{was.id}, for which the canary was checked.",
            "Find out who deployed it, then run this again.",
        )


def known_good(service: Service) -> str | None:
    """Return the revision to roll back to: the current one, if its deployment completed."""
    primary = service.primary
    if primary is None or primary.rollout_state in {"FAILED", "IN_PROGRESS"}:
        return None
    return primary.revision_arn
