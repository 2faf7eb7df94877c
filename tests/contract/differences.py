"""What the two endpoints do, beside each other, and who is right by what AWS publishes.

The table in `docs/fidelity.md` has these rows; a test of the documents compares them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from tests.contract import probes
from tests.contract.scenario import Account, Run


@dataclasses.dataclass(frozen=True)
class Behavior:
    """A behaviour that both show, each in its way.

    Attributes:
        name: What is looked at.
        ask: Returns what an endpoint does, in a few words.
        ours: What the simulator does.
        theirs: What ministack does.
        right: Who is right, and by what source.
    """

    name: str
    ask: Callable[[Account, Run], str]
    ours: str
    theirs: str
    right: str


@dataclasses.dataclass(frozen=True)
class Fields:
    """Fields that only one of the two shows, with all that is within them.

    Attributes:
        answer: An attribute of `scenario.Answers`.
        only: Who shows them, `cage local` or `ministack`.
        right: Who is right, and by what source.
    """

    answer: str
    only: str
    names: tuple[str, ...]
    right: str

    def cover(self, path: str) -> bool:
        """Tell whether a path is one of these fields, or within one."""
        return any(
            path == name or path.startswith((f"{name}.", f"{name}[]")) for name in self.names
        )


OURS, THEIRS = "cage local", "ministack"
_API, _CLI = "API", "examples"

BEHAVIOURS = (
    Behavior(
        "State of a service's first deployment, as CreateService answers",
        probes.new_deployment,
        "IN_PROGRESS",
        "COMPLETED",
        f"{OURS}: {_API}, Deployment",
    ),
    Behavior(
        "Reason of a deployment's end",
        probes.reason_of_completion,
        "ECS deployment ecs-svc/N completed.",
        "ECS deployment completed.",
        f"{OURS}: published answers, deployments",
    ),
    Behavior(
        "Deployment that the circuit breaker returns to",
        probes.rollback,
        "the old one again",
        "the old one again",
        "both: published logs",
    ),
    Behavior(
        "Service deployments (ListServiceDeployments)",
        probes.history,
        "listed",
        "none",
        f"{OURS}: guide, service deployments",
    ),
    Behavior(
        "What a service's task was started by",
        probes.started_by,
        "ecs-svc/N",
        "web",
        f"{OURS}: {_CLI}, describe-tasks",
    ),
    Behavior(
        "Group of a task that is run without one",
        probes.group,
        "family:web",
        "empty",
        f"{OURS}: {_API}, RunTask",
    ),
    Behavior(
        "RunTask again with the same client token",
        probes.client_token,
        "the same task",
        "another task",
        f"{OURS}: {_API}, RunTask",
    ),
    Behavior(
        "Reason of a task whose essential container exited",
        probes.reason_of_exit,
        "Essential container in task exited",
        "Essential container exited",
        f"{OURS}: mapbox/ecs-watchbot#108",
    ),
    Behavior(
        "Task in the answer of StopTask",
        probes.stopping,
        "not yet STOPPED",
        "STOPPED",
        f"{OURS}: {_API}, StopTask: SIGTERM, then 30 seconds",
    ),
    Behavior(
        "Target that was registered just now",
        probes.new_target,
        "initial",
        "healthy",
        f"{OURS}: ELB's API, TargetHealth",
    ),
    Behavior(
        "Target that is not registered, asked for by name",
        probes.absent_target,
        "unused",
        "not listed",
        f"{OURS}: ELB's API, TargetHealth: Target.NotRegistered",
    ),
    Behavior(
        "RunTask in awsvpc mode without a network configuration",
        probes.no_network,
        "InvalidParameterException",
        "accepted",
        f"{OURS}: {_API}, RunTask",
    ),
    Behavior(
        "RunTask in a cluster that does not exist",
        probes.no_cluster_to_run_in,
        "ClusterNotFoundException",
        "accepted",
        f"{OURS}: {_API}, RunTask",
    ),
    Behavior(
        "DescribeTasks in a cluster that does not exist",
        probes.no_cluster_to_look_in,
        "ClusterNotFoundException",
        "accepted",
        f"{OURS}: {_API}, DescribeTasks",
    ),
    Behavior(
        "UpdateService to a task definition that does not exist",
        probes.no_revision,
        "ClientException",
        "accepted",
        f"{OURS}: {_API}, UpdateService",
    ),
    Behavior(
        "CreateService with a name that is taken",
        probes.second_service,
        "InvalidParameterException",
        "ClientException",
        f"{OURS}: hashicorp/terraform-provider-aws#23462",
    ),
    Behavior(
        "UpdateService of a service that does not exist",
        probes.no_service,
        "ServiceNotFoundException",
        "ServiceNotFoundException",
        f"both: {_API}, UpdateService",
    ),
    Behavior(
        "DescribeTasks of a task that does not exist",
        probes.no_task,
        "MISSING",
        "MISSING",
        "both: guide, API failure reasons",
    ),
)

FIELDS = (
    Fields(
        "service",
        OURS,
        (
            "availabilityZoneRebalancing",
            "currentServiceRevisions",
            "deploymentConfiguration.bakeTimeInMinutes",
            "deploymentConfiguration.deploymentCircuitBreaker.resetOnHealthyTask",
            "deploymentConfiguration.deploymentCircuitBreaker.thresholdConfiguration",
            "deploymentConfiguration.strategy",
        ),
        f"{OURS}: {_API}, Service; {_API}, DeploymentConfiguration; go-to-k/cdk-real-drift#1740",
    ),
    Fields(
        "service",
        OURS,
        (
            "deployments[].networkConfiguration",
            "deployments[].platformFamily",
            "deployments[].platformVersion",
            "networkConfiguration.awsvpcConfiguration.assignPublicIp",
            "networkConfiguration.awsvpcConfiguration.securityGroups",
            "placementConstraints",
            "placementStrategy",
        ),
        f"{OURS}: {_CLI}, create-service",
    ),
    Fields("service", THEIRS, ("tags",), f"{OURS}: {_API}, DescribeServices: only if asked for"),
    Fields(
        "task",
        OURS,
        (
            "attributes",
            "containers[].imageDigest",
            "containers[].networkInterfaces[]",
            "ephemeralStorage",
            "fargateEphemeralStorage",
            "overrides.containerOverrides[].name",
        ),
        f"{OURS}: {_CLI}, describe-tasks; {_CLI}, run-task",
    ),
    Fields(
        "task",
        THEIRS,
        ("containerInstanceArn", "stopCode", "stoppedReason"),
        f"{OURS}: {_CLI}, describe-tasks: not on Fargate, not before it stops",
    ),
    Fields("health", OURS, ("HealthCheckPort",), f"{OURS}: ELB's API, TargetHealthDescription"),
    Fields(
        "revision",
        OURS,
        (
            "containerDefinitions[].environment",
            "containerDefinitions[].mountPoints",
            "containerDefinitions[].portMappings[].hostPort",
            "containerDefinitions[].portMappings[].protocol",
            "containerDefinitions[].systemControls",
            "containerDefinitions[].volumesFrom",
            "requiresAttributes",
        ),
        f"{OURS}: {_CLI}, describe-task-definition; pulumi/pulumi-aws#1985",
    ),
    Fields(
        "revision",
        THEIRS,
        ("executionRoleArn", "ipcMode", "pidMode", "taskRoleArn"),
        f"{OURS}: {_CLI}, describe-task-definition: left out where not given",
    ),
)


def rows() -> list[tuple[str, str, str, str]]:
    """Return the rows of the table: what is looked at, what each of the two does, who is right."""
    found = [(b.name, b.ours, b.theirs, b.right) for b in BEHAVIOURS]
    for each in FIELDS:
        kind = {"health": "target", "revision": "task definition"}.get(each.answer, each.answer)
        names = ", ".join(f"`{name}`" for name in each.names)
        shown = ("shown", "not shown") if each.only == OURS else ("not shown", "shown")
        found.append((f"Of a {kind}: {names}", *shown, each.right))
    return found
