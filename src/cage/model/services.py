"""Services and their deployments."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cage.model.base import Shape
from ecs_rules.ports import named_ports

SHIFTING = frozenset({"BLUE_GREEN", "LINEAR", "CANARY"})
"""Deployment strategies that move traffic (ECS API reference, DeploymentConfiguration)."""

_LATTICE = "vpcLatticeConfigurations"


@dataclasses.dataclass(frozen=True, slots=True)
class LoadBalancer:
    """A target group of a service, and the port behind it: of a load balancer or of VPC Lattice.

    Attributes:
        port_name: The port mapping of the task definition, for VPC Lattice. The container and its
            port aren't known then, until `of` finds them.
        role_arn: The role with which ECS manages it; empty if ECS uses its own.
        production_rule: The ARN of the listener rule, or the listener, of its production traffic.
        test_rule: The same for test traffic.
    """

    target_group_arn: str
    container_name: str = ""
    container_port: int = 0
    alternate_target_group_arn: str = ""
    port_name: str = ""
    role_arn: str = ""
    production_rule: str = ""
    test_rule: str = ""

    @property
    def sides(self) -> tuple[str, ...]:
        """Return the ARNs of the target groups that deployments can switch between."""
        both = (self.target_group_arn, self.alternate_target_group_arn)
        return tuple(arn for arn in both if arn)

    def of(self, task_definition: Shape) -> LoadBalancer:
        """Return it with the container and the port that it has in a task definition."""
        found = named_ports(task_definition).get(self.port_name) if self.port_name else None
        if found is None:
            return self
        return dataclasses.replace(self, container_name=found[0], container_port=found[1])


def primary_of(service: Shape) -> Shape:
    """Return the PRIMARY deployment or task set of a described service; empty if it has none."""
    parts: Sequence[Shape] = (*(service.get("deployments") or ()), *(service.get("taskSets") or ()))
    return next((part for part in parts if part.get("status") == "PRIMARY"), {})


def load_balancers(service: Shape) -> tuple[LoadBalancer, ...]:
    """Read a service's target groups: of its load balancers, then of VPC Lattice.

    Classic Load Balancers don't have a target group. ECS describes VPC Lattice with the deployment,
    and the load balancers of task sets with these (ECS API reference, Deployment and TaskSet).
    """
    primary = primary_of(service)
    lattice = service.get(_LATTICE, primary.get(_LATTICE))
    balancers = service.get("loadBalancers") or primary.get("loadBalancers") or ()
    return tuple(
        LoadBalancer(
            target_group_arn=shape["targetGroupArn"],
            container_name=shape.get("containerName") or "",
            container_port=int(shape.get("containerPort") or 0),
            alternate_target_group_arn=(shape.get("advancedConfiguration") or {}).get(
                "alternateTargetGroupArn", ""
            ),
            port_name=shape.get("portName") or "",
            role_arn=shape.get("roleArn")
            or (shape.get("advancedConfiguration") or {}).get("roleArn", ""),
            production_rule=(shape.get("advancedConfiguration") or {}).get(
                "productionListenerRule", ""
            ),
            test_rule=(shape.get("advancedConfiguration") or {}).get("testListenerRule", ""),
        )
        for shape in (*balancers, *(lattice or ()))
        if shape.get("targetGroupArn")
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Deployment:
    """ECS's own record of one change of a service.

    Attributes:
        status: PRIMARY, ACTIVE or INACTIVE.
        rollout_state: IN_PROGRESS, COMPLETED or FAILED; None if ECS doesn't report one.
        failed_tasks: Tasks that failed in a row.
        created_at: When it began; None if ECS doesn't report it.
    """

    id: str
    status: str
    revision_arn: str
    desired_count: int
    running_count: int
    pending_count: int
    failed_tasks: int
    rollout_state: str | None
    rollout_reason: str
    created_at: datetime | None = None

    def replaces(self, failed: Deployment | None) -> bool:
        """Whether ECS says, in either one's reason, that it rolled the failed one back to this."""
        by_name = failed is not None and self.id in failed.rollout_reason
        return by_name or "rolling back" in self.rollout_reason


@dataclasses.dataclass(frozen=True, slots=True)
class TaskSet:
    """Tasks that a deployment controller other than ECS started for a service.

    Attributes:
        status: PRIMARY, ACTIVE or DRAINING.
        stability: STEADY_STATE or STABILIZING.
    """

    id: str
    status: str
    revision_arn: str
    desired_count: int
    running_count: int
    pending_count: int
    stability: str


@dataclasses.dataclass(frozen=True, slots=True)
class ServiceEvent:
    """One line of a service's event log."""

    at: datetime
    message: str


@dataclasses.dataclass(frozen=True, slots=True)
class Service:
    """A service as describe-services returns it.

    Attributes:
        status: ACTIVE, DRAINING or INACTIVE.
        controller: ECS, CODE_DEPLOY or EXTERNAL.
        strategy: ROLLING, BLUE_GREEN, LINEAR or CANARY.
        scheduling: REPLICA or DAEMON.
        launch_type: FARGATE, EC2 or EXTERNAL; None if capacity providers place tasks.
        revision_arn: The revision of the service's PRIMARY deployment.
        raw: The whole service, as describe-services returns it.
        task_sets: In place of deployments, for a controller other than ECS.
    """

    arn: str
    name: str
    cluster_arn: str
    status: str
    controller: str
    strategy: str
    scheduling: str
    launch_type: str | None
    capacity_provider_strategy: tuple[Shape, ...]
    platform_version: str | None
    revision_arn: str
    desired_count: int
    running_count: int
    load_balancers: tuple[LoadBalancer, ...]
    deployments: tuple[Deployment, ...]
    events: tuple[ServiceEvent, ...]
    raw: Shape = dataclasses.field(repr=False, compare=False)
    task_sets: tuple[TaskSet, ...] = ()

    @property
    def primary(self) -> Deployment | None:
        """The deployment that ECS is working toward or has reached; None if ECS lists none."""
        return next((d for d in self.deployments if d.status == "PRIMARY"), None)

    def deployment(self, deployment_id: str) -> Deployment | None:
        """Return the deployment with that id, or None if ECS doesn't list it."""
        return next((d for d in self.deployments if d.id == deployment_id), None)

    def setting(self, key: str) -> Any:
        """Return a setting of the service as described, or of its PRIMARY deployment; or None."""
        return self.raw.get(key, primary_of(self.raw).get(key))

    @property
    def configuration(self) -> Shape:
        """The service's deploymentConfiguration as described; empty if there is none."""
        return self.raw.get("deploymentConfiguration") or {}

    @property
    def shifts_traffic(self) -> bool:
        """Whether ECS deploys the service by moving traffic to a second set of tasks."""
        return self.strategy in SHIFTING

    @property
    def can_be_tagged(self) -> bool:
        """Whether the service's tasks support tags: only tasks with the long ARN format do.

        Source: ECS developer guide, "Amazon Resource Names (ARNs) and IDs".
        """
        return self.arn.partition(":service/")[2].count("/") == 1


PAUSE = "PAUSE"
"""The type of a lifecycle hook at which a deployment waits for someone."""


@dataclasses.dataclass(frozen=True, slots=True)
class Hook:
    """One execution of a lifecycle hook (ECS API reference, DeploymentLifecycleHookDetail).

    Attributes:
        kind: PAUSE or AWS_LAMBDA.
        target_arn: The function; empty for a pause.
        status: AWAITING_ACTION, IN_PROGRESS, SUCCEEDED, FAILED or TIMED_OUT.
        expires_at: When ECS stops waiting for it; None if ECS doesn't report it.
        timeout_action: What ECS does then: CONTINUE or ROLLBACK.
        since: When it began, as far as its timeout shows; None if unknown.
    """

    id: str
    kind: str
    target_arn: str
    status: str
    expires_at: datetime | None
    timeout_action: str
    since: datetime | None = None

    @property
    def waits(self) -> bool:
        """Whether it waits for someone to continue the deployment or to roll it back."""
        return self.kind == PAUSE and self.status == "AWAITING_ACTION"

    @property
    def open(self) -> bool:
        """Whether the deployment waits for it."""
        return self.status in {"AWAITING_ACTION", "IN_PROGRESS"}


def has_hooks(service: Service) -> bool:
    """Return whether deployments of a service run lifecycle hooks."""
    return bool((service.raw.get("deploymentConfiguration") or {}).get("lifecycleHooks"))


def completes_early(service: Service) -> bool:
    """Return whether ECS completes deployments of a service before all of its tasks run.

    Source: ECS developer guide, "Complete Amazon ECS rolling deployments early with early success
    criteria".
    """
    config = service.raw.get("deploymentConfiguration") or {}
    return bool((config.get("earlySuccessCriteria") or {}).get("enable"))


@dataclasses.dataclass(frozen=True, slots=True)
class ServiceDeployment:
    """ECS's record of a deployment with its stages.

    Attributes:
        status: PENDING, IN_PROGRESS, SUCCESSFUL, STOPPED, ROLLBACK_SUCCESSFUL, …
        stage: The life-cycle stage, such as BAKE_TIME; empty if ECS doesn't report one.
        traffic_percent: The share of production traffic on the new tasks; None if ECS
            doesn't move traffic.
        target_revision_arn: The service revision that it deploys.
        rollback_revision_arn: The service revision that it rolls back to; empty if none.
        hooks: The lifecycle hooks that ECS lists now.
    """

    arn: str
    status: str
    reason: str
    stage: str
    traffic_percent: float | None
    target_revision_arn: str
    rollback_revision_arn: str
    desired_count: int
    running_count: int
    pending_count: int
    failed_tasks: int
    hooks: tuple[Hook, ...] = ()

    @property
    def id(self) -> str:
        """The last part of its ARN."""
        return self.arn.rpartition("/")[2]

    @property
    def pauses(self) -> tuple[Hook, ...]:
        """The pauses that wait for someone."""
        going = self.status in {"PENDING", "IN_PROGRESS"}
        return tuple(hook for hook in self.hooks if hook.waits) if going else ()


@dataclasses.dataclass(frozen=True, slots=True)
class ServiceRevision:
    """A revision of a service: its task definition and its target groups.

    Attributes:
        revision_arn: The task definition's revision.
        target_group_arns: The target groups of its production traffic, if shown.
        raw: The whole service revision, as describe-service-revisions returns it.
    """

    arn: str
    revision_arn: str
    target_group_arns: tuple[str, ...]
    raw: Shape = dataclasses.field(default_factory=dict, repr=False, compare=False)


@dataclasses.dataclass(frozen=True, slots=True)
class PastDeployment:
    """One entry of a service's history: one of its service deployments.

    Attributes:
        status: Same as in `ServiceDeployment`.
        revision_arn: The task definition's revision that it deploys.
        service_revision_arn: The service revision that it deploys.
    """

    arn: str
    status: str
    revision_arn: str
    service_revision_arn: str
    created_at: datetime
