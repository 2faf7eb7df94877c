"""A service that was never steady: what it will be, and whether its deployment can be replaced."""

from __future__ import annotations

from cage.availability.duration import LEAST_PATIENCE_S
from cage.context import Context, Place
from cage.deployment.task_failures import Failures, hopeless
from cage.model.base import Shape
from cage.model.errors import AwsError
from cage.model.services import Deployment, Service, load_balancers
from cage.runtime import clock

_SAME_MOMENT_S = 60.0
"""ECS creates a service's first deployment with the service."""

_FAILED = "FAILED"


def planned(definition: Shape, place: Place) -> Service:
    """Return a service as it will be once it is created.

    Args:
        definition: The input of create-service.
    """
    strategy = tuple(definition.get("capacityProviderStrategy") or ())
    configuration = definition.get("deploymentConfiguration") or {}
    cluster = place.cluster.rpartition("/")[2]
    return Service(
        arn=f"arn:aws:ecs:{place.region}::service/{cluster}/{place.name}",
        name=place.name,
        cluster_arn=f"arn:aws:ecs:{place.region}::cluster/{cluster}",
        status="ACTIVE",
        controller="ECS",
        strategy=configuration.get("strategy") or "ROLLING",
        scheduling=definition.get("schedulingStrategy") or "REPLICA",
        launch_type=None if strategy else definition.get("launchType") or None,
        capacity_provider_strategy=strategy,
        platform_version=definition.get("platformVersion") or None,
        revision_arn="",
        desired_count=int(definition.get("desiredCount") or 0),
        running_count=0,
        load_balancers=load_balancers(definition),
        deployments=(),
        events=(),
        raw=definition,
    )


async def stuck(context: Context, service: Service) -> str:
    """Return why a deployment in progress can be replaced without harm; empty if it can't.

    It is the deployment of a service that was never steady, and it gets nowhere: its tasks keep
    failing, or none has been running for as long as cage waits at least.

    Raises:
        AwsUnavailableError: AWS didn't answer.
    """
    primary = service.primary
    if primary is None or service.shifts_traffic or await _ever_steady(context, service, primary):
        return ""
    failures = Failures(context, primary.id, None)
    await failures.look_again()
    ended = hopeless(failures.tasks, primary.running_count)
    if ended is not None:
        return ended.message
    began = primary.created_at
    age_s = (clock.now() - began).total_seconds() if began else 0.0
    if not primary.running_count and age_s > LEAST_PATIENCE_S:
        return f"none of its tasks is running after {age_s:.0f} s"
    return ""


def was_never_steady(service: Service) -> bool:
    """Return whether a failed deployment leaves a service nothing to keep: no task is running."""
    primary = service.primary
    return primary is not None and primary.rollout_state == _FAILED and not service.running_count


async def _ever_steady(context: Context, service: Service, primary: Deployment) -> bool:
    """Return whether any deployment of the service has completed; not knowing counts as yes."""
    if any(one.rollout_state == "COMPLETED" for one in service.deployments):
        return True
    try:
        async for past in context.ecs.past_deployments(context.place.cluster, service.arn):
            if past.status == "SUCCESSFUL":
                return True
    except AwsError:
        # Without the permission, only the service's first deployment is certain.
        created, began = service.raw.get("createdAt"), primary.created_at
        if created is None or began is None:
            return True
        return bool(abs((began - created).total_seconds()) > _SAME_MOMENT_S)
    return False
