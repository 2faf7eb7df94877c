"""Whether a service can be rolled out as it stands."""

from __future__ import annotations

from cage.model.errors import BusyError, RefusedError
from cage.model.services import Service


def refusal(service: Service) -> RefusedError | None:
    """Return why the service can't be rolled out now; None if it can."""
    return unfit(service) or _busy(service)


def unfit(service: Service) -> RefusedError | None:
    """Return why cage can't deploy the service at all, whatever goes on; None if it can."""
    name = f"Service {service.name}"
    if service.status != "ACTIVE":
        return RefusedError(
            f"{name} is {service.status}.",
            "Only an ACTIVE service can be rolled out.",
            "Create it anew with cage up."
            if service.status == "INACTIVE"
            else "Wait until it is INACTIVE, then create it anew with cage up.",
        )
    if service.controller != "ECS":
        tool = "AWS CodeDeploy" if service.controller == "CODE_DEPLOY" else "its own controller"
        return RefusedError(
            f"{name} has the deployment controller {service.controller}.",
            f"Such a service is deployed by {tool}; ECS doesn't take the update from cage.",
            f"Deploy it by {tool}, or create it with the ECS controller.",
        )
    if service.strategy != "ROLLING" and not service.shifts_traffic:
        return RefusedError(
            f"{name} has the deployment strategy {service.strategy}.",
            "cage doesn't know how such a deployment goes; it would be guessing.",
            "Use ROLLING, BLUE_GREEN, LINEAR or CANARY, or a newer version of cage.",
        )
    return None


def _busy(service: Service) -> BusyError | None:
    name, primary = f"Service {service.name}", service.primary
    moving = primary is not None and (
        primary.rollout_state == "IN_PROGRESS"
        or (primary.rollout_state is None and len(service.deployments) > 1)
    )
    if primary is not None and moving:
        counts = (
            f"{primary.running_count} of {primary.desired_count} tasks run, "
            f"{primary.failed_tasks} failed in a row"
        )
        return BusyError(
            f"{name} is being deployed by somebody else (deployment {primary.id}).",
            f"It brings {primary.revision_arn.rpartition('/')[2]}: {counts}.",
            "Wait until it is done. If a rollout of cage died over it, carry on with cage resume; "
            f"if it can't get done, put the service back: {rollback_command(service)}",
        )
    return None


def rollback_command(service: Service) -> str:
    """Return the command that puts the service back by hand."""
    cluster = service.cluster_arn.rpartition("/")[2]
    return f"cage rollback --cluster {cluster} --service {service.name}"


def overtaken(before: Service, now: Service) -> RefusedError | None:
    """Return why a service that was fit for a rollout isn't any more: somebody deployed."""
    was, is_now = before.primary, now.primary
    if was is None or is_now is None or was.id == is_now.id:
        return None
    return RefusedError(
        f"Service {now.name} was deployed by somebody else during this rollout.",
        f"Deployment {is_now.id} of {is_now.revision_arn.rpartition('/')[2]} has replaced "
        f"{was.id}, for which the canary was checked.",
        "Find out who deployed it, then run this again.",
    )


def known_good(service: Service) -> str | None:
    """Return the revision to go back to: what the service runs, if its deployment completed."""
    primary = service.primary
    if primary is None or primary.rollout_state == "FAILED":
        return None
    return primary.revision_arn
