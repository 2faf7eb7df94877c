"""AWS calls of each command. A new call is one line here; the tests show which is missing.

Source of names, resource types and condition keys: Service Authorization Reference, the page
of each service.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

COMMANDS = (
    *("up", "rollout", "resume", "promote", "abort", "verify", "diff", "init", "status"),
    *("rollback", "sweep", "render"),
)
"""All commands that call AWS."""

PREFIXES = {"elbv2": "elasticloadbalancing", "service-quotas": "servicequotas"}
"""IAM's prefix of a service, where it differs from botocore's name for it."""

FREE = frozenset({"sts:GetCallerIdentity"})
"""Actions that need no permission (STS API reference, GetCallerIdentity)."""

_ROLLS = ("rollout", "resume")
_DECIDES = ("promote", "abort")
_FILES = ("render", "up", *_ROLLS, "verify", "diff")
_CHECKS = ("up", *_ROLLS)
_VERIFIED = (*_CHECKS, "verify")
_DEPLOYS = ("up", *_ROLLS, "rollback")
_WAITED = (*_DEPLOYS, "verify", "sweep")


def action(service: str, operation: str) -> str:
    """Return the IAM action of an API operation, such as `elasticloadbalancing:RegisterTargets`.

    Args:
        service: botocore's name for it, such as `elbv2`.
        operation: Its name in the API, such as `RegisterTargets`.
    """
    return f"{PREFIXES.get(service, service)}:{operation}"


@dataclasses.dataclass(frozen=True, slots=True)
class Feature:
    """A part of the policy that not everyone needs.

    Attributes:
        needed_for: Completes "needed for".
        usual: Whether it is in the policy unless it is left out.
    """

    needed_for: str
    usual: bool = False


FEATURES: Mapping[str, Feature] = {
    "verification": Feature("what cage verify asks of other services than ECS", usual=True),
    "log-lines": Feature("the last log lines of a container that failed", usual=True),
    "first-canary": Feature("cage up --canary"),
    "settings": Feature("--update-service"),
    "instances": Feature("services on container instances"),
    "lattice": Feature("services in target groups of VPC Lattice"),
    "alarms": Feature("--alarm, and services with deployment alarms"),
    "metrics": Feature("--metric"),
    "lock": Feature("--lock"),
    "ssm": Feature("${ssm:…} in definition files"),
    "secretsmanager": Feature("${secretsmanager:…} in definition files"),
    "cfn": Feature("${cfn:…} in definition files"),
    "tfstate": Feature("${tfstate:…} in definition files, with a state in S3"),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Statement:
    """The actions allowed on one kind of resource.

    Attributes:
        sid: Its Sid; letters and digits only.
        actions: The commands that need each action.
        resources: ARNs, with fields of `document.Place` in braces. Empty if IAM doesn't
            have a resource type for these actions: all resources, then.
        feature: The feature that it belongs to; empty if every use of the command needs it.
        in_cluster: Whether `ecs:cluster` narrows it.
        passed_to: For iam:PassRole: the services that the role goes to.
        implied: Whether AWS requires it within other calls: cage makes no call of that name.
    """

    sid: str
    actions: Mapping[str, tuple[str, ...]]
    resources: tuple[str, ...] = ()
    feature: str = ""
    in_cluster: bool = False
    passed_to: tuple[str, ...] = ()
    implied: bool = False


_ECS = "arn:{partition}:ecs:{region}:{account}:"
_SERVICE = _ECS + "service/{cluster}/{service}"
_TASK = _ECS + "task/{cluster}/*"
_TASK_DEFINITION = _ECS + "task-definition/{family}:*"
_LATTICE_GROUP = "arn:{partition}:vpc-lattice:{region}:{account}:targetgroup/*"

STATEMENTS: tuple[Statement, ...] = (
    Statement(
        "Services",
        {
            "ecs:CreateService": ("up",),
            "ecs:DescribeServices": tuple(c for c in COMMANDS if c != "render"),
            "ecs:ListServiceDeployments": (*_ROLLS, "rollback"),
            "ecs:UpdateService": (*_ROLLS, "rollback"),
        },
        (_SERVICE,),
    ),
    Statement(
        "ServiceDeployments",
        {
            "ecs:ContinueServiceDeployment": (*_ROLLS, *_DECIDES),
            "ecs:DescribeServiceDeployments": (*_DEPLOYS, *_DECIDES, "status"),
            "ecs:DescribeServiceRevisions": (*_ROLLS, "verify", "rollback", "diff", "init"),
            "ecs:StopServiceDeployment": _ROLLS,
        },
        (
            _SERVICE,
            _ECS + "service-deployment/{cluster}/{service}/*",
            _ECS + "service-revision/{cluster}/{service}/*",
        ),
    ),
    Statement(
        "TaskDefinitions",
        {
            "ecs:DescribeTaskDefinition": (
                *("up", *_ROLLS, "verify", "diff", "init"),
                *("status", "rollback", "sweep"),
            ),
            "ecs:ListTaskDefinitions": ("rollback",),
        },
    ),
    Statement(
        "Registration",
        {"ecs:RegisterTaskDefinition": ("up", "rollout")},
        (_TASK_DEFINITION,),
    ),
    Statement("CanaryStart", {"ecs:RunTask": _ROLLS}, (_TASK_DEFINITION,), in_cluster=True),
    Statement(
        "Tasks",
        {
            "ecs:DescribeTasks": (*_CHECKS, *_DECIDES, "status", "sweep"),
            "ecs:StopTask": (*_ROLLS, "sweep"),
            "ecs:TagResource": (*_ROLLS, *_DECIDES),
        },
        (_TASK,),
    ),
    Statement(
        "Settings",
        {
            "ecs:TagResource": (*_ROLLS, "rollback"),
            "ecs:UntagResource": (*_ROLLS, "rollback"),
        },
        (_SERVICE, _TASK_DEFINITION),
        feature="settings",
    ),
    Statement(
        "TaskLists", {"ecs:ListTasks": (*_CHECKS, *_DECIDES, "status", "sweep")}, in_cluster=True
    ),
    Statement(
        "TagsOfNewThings",
        {"ecs:TagResource": ("up", "rollout")},
        (_SERVICE, _TASK_DEFINITION),
        implied=True,
    ),
    Statement(
        "Roles",
        {"iam:PassRole": _DEPLOYS},
        ("{role}",),
        passed_to=("ecs-tasks.amazonaws.com", "ecs.amazonaws.com"),
        implied=True,
    ),
    Statement(
        "TargetGroups",
        {
            "elasticloadbalancing:DescribeListeners": _VERIFIED,
            "elasticloadbalancing:DescribeRules": _VERIFIED,
            "elasticloadbalancing:DescribeTargetGroupAttributes": _WAITED,
            "elasticloadbalancing:DescribeTargetGroups": _WAITED,
            "elasticloadbalancing:DescribeTargetHealth": (*_ROLLS, "status", "sweep"),
        },
    ),
    Statement(
        "Targets",
        {
            "elasticloadbalancing:DeregisterTargets": (*_ROLLS, "sweep"),
            "elasticloadbalancing:RegisterTargets": _ROLLS,
        },
        ("{target_group}",),
    ),
    Statement(
        "FirstCanaryStart",
        {"ecs:RunTask": ("up",)},
        (_TASK_DEFINITION,),
        feature="first-canary",
        in_cluster=True,
    ),
    Statement(
        "FirstCanary",
        {"ecs:StopTask": ("up",), "ecs:TagResource": ("up",)},
        (_TASK,),
        feature="first-canary",
    ),
    Statement(
        "FirstCanaryHealth",
        {"elasticloadbalancing:DescribeTargetHealth": ("up",)},
        feature="first-canary",
    ),
    Statement(
        "FirstCanaryTargets",
        {
            "elasticloadbalancing:DeregisterTargets": ("up",),
            "elasticloadbalancing:RegisterTargets": ("up",),
        },
        ("{target_group}",),
        feature="first-canary",
    ),
    Statement(
        "LatticeTargetGroups",
        {
            "vpc-lattice:GetTargetGroup": _WAITED,
            "vpc-lattice:ListTargets": (*_CHECKS, "status", "sweep"),
        },
        (_LATTICE_GROUP,),
        feature="lattice",
    ),
    Statement(
        "LatticeListeners",
        {"vpc-lattice:GetListener": _VERIFIED, "vpc-lattice:GetRule": _VERIFIED},
        ("arn:{partition}:vpc-lattice:{region}:{account}:service/*",),
        feature="lattice",
    ),
    Statement(
        "LatticeTargets",
        {
            "vpc-lattice:DeregisterTargets": (*_CHECKS, "sweep"),
            "vpc-lattice:RegisterTargets": _CHECKS,
        },
        ("{lattice_target_group}",),
        feature="lattice",
    ),
    Statement(
        "InstancesStart",
        {"ecs:StartTask": _CHECKS},
        (_TASK_DEFINITION,),
        feature="instances",
        in_cluster=True,
    ),
    Statement(
        "Instances",
        {
            "ecs:DescribeContainerInstances": (*_CHECKS, "sweep"),
            "ecs:ListContainerInstances": _CHECKS,
        },
        (_ECS + "container-instance/{cluster}/*", _ECS + "cluster/{cluster}"),
        feature="instances",
    ),
    Statement(
        "Alarms",
        {"cloudwatch:DescribeAlarms": _VERIFIED},
        ("arn:{partition}:cloudwatch:{region}:{account}:alarm:*",),
        feature="alarms",
    ),
    Statement("Metrics", {"cloudwatch:GetMetricData": _CHECKS}, feature="metrics"),
    Statement(
        "Lock",
        {
            "ssm:GetParameterHistory": (*_CHECKS, "rollback"),
            "ssm:PutParameter": (*_CHECKS, "rollback"),
        },
        ("arn:{partition}:ssm:{region}:{account}:parameter/cage/lock/*",),
        feature="lock",
    ),
    Statement(
        "OptionalLogLines",
        {"logs:GetLogEvents": _CHECKS},
        ("arn:{partition}:logs:{region}:{account}:log-group:*",),
        feature="log-lines",
    ),
    Statement(
        "OptionalVerification",
        {
            "cloudwatch:GetMetricData": _VERIFIED,
            "ec2:DescribeSubnets": _VERIFIED,
            "logs:DescribeLogGroups": _VERIFIED,
            "ssm:DescribeParameters": _VERIFIED,
        },
        feature="verification",
    ),
    Statement(
        "OptionalVerificationImages",
        {"ecr:BatchGetImage": _VERIFIED, "ecr:GetDownloadUrlForLayer": _VERIFIED},
        ("arn:{partition}:ecr:{region}:{account}:repository/*",),
        feature="verification",
    ),
    Statement(
        "OptionalVerificationSecrets",
        {"secretsmanager:DescribeSecret": _VERIFIED},
        ("arn:{partition}:secretsmanager:{region}:{account}:secret:*",),
        feature="verification",
    ),
    Statement(
        "OptionalVerificationRoles",
        {"iam:GetRole": _VERIFIED, "iam:SimulatePrincipalPolicy": _VERIFIED},
        (
            "arn:{partition}:iam::{account}:role/*",
            "arn:{partition}:iam::{account}:user/*",
        ),
        feature="verification",
    ),
    Statement(
        "OptionalVerificationQuotas",
        {"servicequotas:GetServiceQuota": _VERIFIED},
        ("arn:{partition}:servicequotas:{region}:{account}:fargate/*",),
        feature="verification",
    ),
    Statement(
        "LookupSsm",
        {"ssm:GetParameter": _FILES},
        ("arn:{partition}:ssm:{region}:{account}:parameter/*",),
        feature="ssm",
    ),
    Statement(
        "LookupSecretsmanager",
        {"secretsmanager:GetSecretValue": _FILES},
        ("arn:{partition}:secretsmanager:{region}:{account}:secret:*",),
        feature="secretsmanager",
    ),
    Statement(
        "LookupCfn",
        {"cloudformation:DescribeStacks": _FILES},
        ("arn:{partition}:cloudformation:{region}:{account}:stack/*",),
        feature="cfn",
    ),
    Statement(
        "LookupTfstate",
        {"s3:GetObject": _FILES},
        ("arn:{partition}:s3:::*",),
        feature="tfstate",
    ),
)


def calls(command: str) -> frozenset[str]:
    """Return the IAM actions that a command might call, including all its features."""
    return frozenset(
        name
        for statement in STATEMENTS
        if not statement.implied
        for name, commands in statement.actions.items()
        if command in commands
    )
