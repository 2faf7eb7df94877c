"""Services: create, update, describe, delete."""

from __future__ import annotations

import copy
from typing import Any

from ecs_rules.load_balancers import target_type
from ecs_simulator.operations import clusters, other_controllers, views
from ecs_simulator.operations.limits import at_most, named, not_empty
from ecs_simulator.operations.pages import page
from ecs_simulator.operations.reads import Read
from ecs_simulator.operations.refusals import (
    active_revision,
    invalid,
    refuse_breaches,
    refuse_mismatch,
    refuse_unsimulated,
    unsupported,
)
from ecs_simulator.world import ApiError, World, deployments
from ecs_simulator.world.listeners import RULES
from ecs_simulator.world.service_entities import SimService
from ecs_simulator.world.task_entities import ACCOUNT, SimRevision

_UPDATABLE = (
    "capacityProviderStrategy",
    "availabilityZoneRebalancing",
    "deploymentConfiguration",
    "networkConfiguration",
    "placementConstraints",
    "placementStrategy",
    "platformVersion",
    "healthCheckGracePeriodSeconds",
    "enableExecuteCommand",
    "enableECSManagedTags",
    "loadBalancers",
    "propagateTags",
    "serviceRegistries",
    "serviceConnectConfiguration",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
    "gatewayConnectors",
    "monitoring",
)
"""What UpdateService replaces; an absent member stays as it is, an empty list removes.

Source: API reference, UpdateService. *Unknown*: whether a part that a structure such as
deploymentConfiguration leaves out keeps its value; it gets its default here.
"""

_DEPLOYING = (
    "networkConfiguration",
    "platformVersion",
    "loadBalancers",
    "serviceRegistries",
    "serviceConnectConfiguration",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
    "gatewayConnectors",
    "monitoring",
)
"""The settings whose change begins a deployment.

Source: API reference, UpdateService: "This parameter triggers a new service deployment", and
for the others "doesn't trigger". *Unknown* for the last two; a service revision holds them
(API reference, ServiceRevision), so a change of them is assumed to create one.
"""


def create_service(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Create a service; an INACTIVE one of the same name is replaced."""
    cluster = world.cluster(params.get("cluster"))
    name = named(params["serviceName"], "Service")
    before = world.service(cluster, name)
    token = params.get("clientToken")
    if before is not None and token and token == before.raw.get("clientToken"):
        return {"service": views.service(world, before)}
    if before is not None and before.status == "DRAINING":
        raise invalid("Unable to Start a service that is still Draining.")
    if before is not None and before.status != "INACTIVE":
        raise invalid("Creation of service was not idempotent.")
    params = clusters.completed(world, cluster, params)
    daemon = params.get("schedulingStrategy") == "DAEMON"
    refuse_unsimulated(params)
    revision = _checked(world, params)
    instances = sum(1 for i in world.clusters[cluster] if i.status == "ACTIVE")
    service = SimService(
        arn=f"arn:aws:ecs:{world.region}:{ACCOUNT}:service/{cluster}/{name}",
        name=name,
        cluster=cluster,
        raw=copy.deepcopy(params),
        desired=instances if daemon else int(params.get("desiredCount") or 0),
        created_s=world.now,
    )
    world.services[cluster, name] = service
    if revision is not None:
        deployments.begin(world.engine, service, revision)
    _changed(world, service)
    return {"service": views.service(world, service)}


def _checked(world: World, params: dict[str, Any]) -> SimRevision | None:
    """Return the revision that a new service runs; None if its task sets have their own.

    Source: API, CreateService: a task definition is required unless the controller is EXTERNAL.
    """
    refuse_breaches("CreateService", params)
    if (params.get("deploymentController") or {}).get("type") == "EXTERNAL":
        return None
    if not params.get("taskDefinition"):
        raise invalid("TaskDefinition can not be blank.")
    revision = active_revision(world, params["taskDefinition"])
    refuse_mismatch("CreateService", world, revision, params)
    check_balancers(world, revision, params)
    return revision


def _check_controller(service: SimService, params: dict[str, Any]) -> None:
    kinds = [(p.get("deploymentController") or {}).get("type") for p in (service.raw, params)]
    if params.get("deploymentController") and (kinds[0] or "ECS") != kinds[1]:
        raise unsupported("changes of the deployment controller")


def _check_providers(service: SimService, params: dict[str, Any]) -> None:
    """Refuse another capacity provider strategy without a new deployment.

    Source: the text and that it holds for a new task definition too: pipe-cd/pipecd#6385,
    reproio/ecs_deploy#74.
    """
    wanted = params.get("capacityProviderStrategy")
    same = wanted is None or wanted == (service.raw.get("capacityProviderStrategy") or [])
    if not same and not params.get("forceNewDeployment"):
        raise invalid(
            "When switching from launch type to capacity provider strategy on an existing "
            "service, or making a change to a capacity provider strategy on a service that is "
            "already using one, you must force a new deployment."
        )


def _changed(world: World, service: SimService) -> None:
    """Have the scheduler and the readers check a changed service."""
    world.scheduler.poke(service)
    world.engine.touch_service(service)


def check_balancers(world: World, revision: SimRevision, params: dict[str, Any]) -> None:
    """Refuse target groups that don't exist, or don't accept the tasks.

    *Unknown*: how ECS refuses one of VPC Lattice; assumed to be the same.
    """
    wanted = target_type(revision.network_mode)
    lattice = params.get("vpcLatticeConfigurations") or []
    for balancer in (*(params.get("loadBalancers") or []), *lattice):
        group = world.groups.groups.get(balancer["targetGroupArn"])
        if group is None:
            raise invalid(f"The target group {balancer['targetGroupArn']} does not exist.")
        if group.target_type != wanted:
            raise invalid(
                f"The provided target group {group.arn} has target type {group.target_type}, "
                f"which is incompatible with the {revision.network_mode} network mode specified "
                "in the task definition."
            )
        advanced = balancer.get("advancedConfiguration") or {}
        other = advanced.get("alternateTargetGroupArn")
        if other is not None and other not in world.groups.groups:
            raise invalid(f"The target group {other} does not exist.")
    _check_rules(world, params)


def _check_rules(world: World, params: dict[str, Any]) -> None:
    """Refuse listener rules that don't exist, or don't forward to both target groups.

    Source: ECS developer guide, "Troubleshooting Amazon ECS blue/green deployments". The text for a
    rule that doesn't exist is *unknown*.
    """
    lattice = params.get("vpcLatticeConfigurations") or []
    for balancer in (*(params.get("loadBalancers") or []), *lattice):
        advanced = balancer.get("advancedConfiguration") or {}
        for arn in (advanced.get(key) for key in RULES):
            if arn and arn not in world.listeners.all:
                raise invalid(f"The listener rule {arn} does not exist.")
        rule = str(advanced.get("productionListenerRule"))
        other = advanced.get("alternateTargetGroupArn")
        if ":listener-rule/app/" not in rule or advanced.get("testListenerRule") or not other:
            continue
        if not {balancer["targetGroupArn"], other} <= set(world.listeners.all[rule].weights):
            raise invalid(
                "For Application LoadBalancer, testListenerRule is required when "
                "productionListenerRule is not associated with both targetGroup and "
                "alternateTargetGroup"
            )


def update_service(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Change a service; a change that affects its tasks begins a new deployment."""
    cluster = world.cluster(params.get("cluster"))
    service = active(world, cluster, params["service"])
    if other_controllers.update(service, params):
        _changed(world, service)
        return {"service": views.service(world, service)}
    revision = service.primary.revision
    if params.get("taskDefinition"):
        revision = active_revision(world, params["taskDefinition"])
    wanted = {**service.raw, **{k: params[k] for k in _UPDATABLE if k in params}}
    _check_controller(service, params)
    refuse_unsimulated(wanted)
    useless = revision.network_mode != "awsvpc" and "networkConfiguration" not in params
    # *Unknown*: whether ECS refuses a network that the service keeps but no longer uses.
    left_out = {"networkConfiguration"} if useless else set()
    judged = {k: v for k, v in (wanted | params).items() if k not in left_out}
    refuse_mismatch("UpdateService", world, revision, judged)
    check_balancers(world, revision, wanted)
    _check_providers(service, params)
    deploys = params.get("forceNewDeployment") or revision is not service.primary.revision
    deploys = deploys or any(
        key in params and params[key] != service.raw.get(key) for key in _DEPLOYING
    )
    if params.get("capacityProviderStrategy") == []:
        # API reference, UpdateService: "back to the launch type". *Unknown* for a service that
        # was created without one; that of its providers is assumed.
        service.raw.setdefault("launchType", world.launch_type(service))
    service.raw.update({k: copy.deepcopy(params[k]) for k in _UPDATABLE if k in params})
    if params.get("desiredCount") is not None:
        deployments.scale(service, int(params["desiredCount"]))
    if deploys:
        deployments.begin(
            world.engine, service, revision, adopt=not params.get("forceNewDeployment")
        )
    _changed(world, service)
    return {"service": views.service(world, service)}


def active(world: World, cluster: str, name: str) -> SimService:
    """Return an ACTIVE service by name or ARN.

    Raises:
        ApiError: It doesn't exist, or isn't ACTIVE.
    """
    service = world.service(cluster, name)
    if service is None:
        raise ApiError("ServiceNotFoundException", "Service not found.")
    if service.status != "ACTIVE":
        raise ApiError("ServiceNotActiveException", "Service was not ACTIVE.")
    return service


def delete_service(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Drain a service and leave it INACTIVE; `force` is needed while it wants tasks."""
    cluster = world.cluster(params.get("cluster"))
    service = active(world, cluster, params["service"])
    if service.desired and not service.daemon and not params.get("force"):
        raise ApiError(
            "InvalidParameterException",
            "The service cannot be stopped while it is scaled above 0.",
        )
    service.desired, service.status = 0, "DRAINING"

    def settle() -> None:
        service.status = "DRAINING" if service.tasks else "INACTIVE"
        world.engine.touch_service(service)
        if service.tasks:
            world.engine.after(5.0, settle)

    world.engine.after(5.0, settle)
    _changed(world, service)
    return {"service": views.service(world, service)}


def describe_services(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe services by name or ARN; their tags only when requested."""
    cluster = world.cluster(params.get("cluster"))
    not_empty(params["services"], "Services")
    at_most(10, params["services"], "services")
    read, tags = Read(world, "service"), "TAGS" in (params.get("include") or [])
    found, failures = [], []
    for name in params["services"]:
        service = world.service(cluster, name)
        seen = read.see(service.arn, service) if service else None
        if seen is None:
            short = name.rpartition("/")[2]
            arn = f"arn:aws:ecs:{world.region}:{ACCOUNT}:service/{cluster}/{short}"
            failures.append({"arn": arn, "reason": "MISSING"})
        else:
            found.append(seen if tags else {k: v for k, v in seen.items() if k != "tags"})
    return {"services": found, "failures": failures}


def list_services(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """List a cluster's services by launch type and scheduling strategy: the ACTIVE ones.

    Source: API, DeleteService: a draining service is not listed.
    """
    cluster = world.cluster(params.get("cluster"))
    launch, strategy = params.get("launchType"), params.get("schedulingStrategy")
    read = Read(world, "service")
    found = [
        service.arn
        for (where, _), service in world.services.items()
        if where == cluster
        and read.field(service.arn, service, "status", service.status) == "ACTIVE"
        and (launch is None or world.launch_type(service) == launch)
        and (strategy is None or service.daemon == (strategy == "DAEMON"))
    ]
    return page("serviceArns", found, {"maxResults": 10, **params})
