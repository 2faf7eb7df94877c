"""The flags that verbs share: each also in canarycage's spelling, and from its variable."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from cage import settings
from cage.canary.checks.approve import TIMEOUT_S
from cage.operations.request import ON_FAILURE_CHOICES, Timeouts

F = TypeVar("F", bound=Callable[..., Any])

_DEFAULTS = Timeouts()


class Flag(click.Option):
    """An option whose help shows its variables, and leaves the old spelling out."""

    def __init__(self, *args: Any, variables: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.variables = variables

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option's line of the help."""
        shown, self.opts = self.opts, [o for o in self.opts if o == o.lower()]
        try:
            record = super().get_help_record(ctx)
        finally:
            self.opts = shown
        if record is None or not self.variables:
            return record
        return record[0], f"{record[1]}  [env: {', '.join(self.variables)}]"


def _flag(*names: str, variables: tuple[str, ...] = (), **kwargs: Any) -> Callable[[F], F]:
    return click.option(*names, cls=Flag, variables=variables, **kwargs)


def _seconds(
    name: str, old: str | None, variable: str, text: str, default: float
) -> Callable[[F], F]:
    return _flag(
        f"--{name}",
        *([f"--{old}"] if old else []),
        variables=(variable,),
        type=click.FloatRange(min=0),
        metavar="SECONDS",
        help=f"{text}  [default: {default:.0f}]",
    )


DIRECTORY = click.argument(
    "directory",
    required=False,
    type=click.Path(path_type=Path),
    metavar="[DIR]",
)
ENV_FILE = click.option(
    "--env-file",
    "env_files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Variables for definition files, as NAME=value lines; repeatable, the last one counts.",
)
SET = click.option(
    "--set",
    "set_variables",
    multiple=True,
    metavar="NAME=VALUE",
    help="A variable for definition files; beats the environment. Repeatable.",
)
SERVICE_FILE = click.option(
    "--service-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The service's file; else cage.json's, or service.json.",
)
TASK_DEFINITION_FILE = click.option(
    "--task-definition-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The task definition's file; else cage.json's, or task-definition.json.",
)
FILES = (SERVICE_FILE, TASK_DEFINITION_FILE, ENV_FILE, SET)
"""What verbs take that read definition files."""

TFSTATE = _flag(
    "--tfstate",
    variables=(settings.TFSTATE_KEY,),
    metavar="LOCATION",
    help="Terraform state for ${tfstate:…}: a file, s3://bucket/key or an HTTP address; else "
    "cage.json's.",
)
NAMING = (DIRECTORY, SERVICE_FILE, ENV_FILE, SET, TFSTATE)
"""What verbs take that read of definition files only which service it is."""

ONLY = click.option(
    "--only",
    type=click.Choice(["service", "task-definition"]),
    help="Read only this one of the two files.",
)
REGION = _flag("--region", variables=settings.REGION_KEYS, help="AWS Region; else the profile's.")
CLUSTER = _flag(
    "--cluster",
    variables=(settings.CLUSTER_KEY,),
    help="Cluster, by name or ARN; else service.json's.",
)
SERVICE = _flag(
    "--service", variables=(settings.SERVICE_KEY,), help="Service name; else service.json's."
)
TASK_DEFINITION_ARN = _flag(
    "--task-definition-arn",
    "--taskDefinitionArn",
    variables=(settings.TASK_DEFINITION_ARN_KEY,),
    help="Roll out this revision (ARN or family:revision), and register none.",
)
COMPARED_ARN = _flag(
    "--task-definition-arn",
    "--taskDefinitionArn",
    variables=(settings.TASK_DEFINITION_ARN_KEY,),
    help="Compare this revision (ARN or family:revision) instead of task-definition.json.",
)
LIVE_CLUSTER = _flag(
    "--cluster", variables=(settings.CLUSTER_KEY,), help="Cluster of the service, by name or ARN."
)
LIVE_SERVICE = _flag(
    "--service", variables=(settings.SERVICE_KEY,), help="Service to write the files of."
)
CANARY_INSTANCE_ARN = _flag(
    "--canary-instance-arn",
    "--canaryInstanceArn",
    variables=(settings.CANARY_INSTANCE_ARN_KEY,),
    help="Where the canary of an EC2 service starts: an EC2 instance id (i-…), a container "
    "instance id or ARN, or auto.",
)
UPDATE_SERVICE = _flag(
    "--update-service",
    "--updateService",
    variables=(settings.UPDATE_SERVICE_KEY,),
    is_flag=True,
    default=None,
    help="Also send what service.json says of network, load balancers, service registries, "
    "Service Connect, platform version and volumes.",
)
ON_FAILURE = _flag(
    "--on-failure",
    variables=(settings.ON_FAILURE_KEY,),
    type=click.Choice(ON_FAILURE_CHOICES),
    help="What becomes of a failed deployment that ECS doesn't roll back.  "
    f"[default: {ON_FAILURE_CHOICES[0]}]",
)
NO_VERIFY = click.option(
    "--no-verify", "no_verify", is_flag=True, help="Don't verify anything before the start."
)
FLOOR = _flag(
    "--floor",
    variables=(settings.FLOOR_KEY,),
    metavar="N|P%",
    help="How many healthy targets the service must keep, or which part of its desired count: "
    "fewer abort the rollout, or roll it back.",
)
IDLE = _seconds(
    "canary-task-idle-duration",
    "canaryTaskIdleDuration",
    settings.CANARY_TASK_IDLE_DURATION_KEY,
    "How long a canary without load balancer must stay up.",
    _DEFAULTS.idle_s,
)
RUNNING = _seconds(
    "task-running-timeout",
    "taskRunningTimeout",
    settings.TASK_RUNNING_TIMEOUT_KEY,
    "How long the canary may take to run.",
    _DEFAULTS.running_s,
)
HEALTH_CHECK = _seconds(
    "task-health-check-timeout",
    "taskHealthCheckTimeout",
    settings.TASK_HEALTH_CHECK_TIMEOUT_KEY,
    "How long the canary may take to be healthy.",
    _DEFAULTS.health_check_s,
)
STOPPED = _seconds(
    "task-stopped-timeout",
    "taskStoppedTimeout",
    settings.TASK_STOPPED_TIMEOUT_KEY,
    "How long the canary may take to stop.",
    _DEFAULTS.stopped_s,
)
STABLE = _seconds(
    "service-stable-timeout",
    "serviceStableTimeout",
    settings.SERVICE_STABLE_TIMEOUT_KEY,
    "How long the service's deployment may take.",
    _DEFAULTS.stable_s,
)
BAKE = _seconds(
    "bake",
    None,
    settings.BAKE_KEY,
    "How long every check must hold before the promotion.",
    _DEFAULTS.bake_s,
)
BAKE_AFTER = _seconds(
    "bake-after",
    None,
    settings.BAKE_AFTER_KEY,
    "How long the service must stay well after its deployment is proven; else it is rolled back.",
    _DEFAULTS.bake_after_s,
)
HTTP = click.option(
    "--http",
    multiple=True,
    metavar="[:PORT]PATH",
    help="Ask the canary itself for this path, before it may enter a target group. Repeatable.",
)
COMMAND = click.option(
    "--command",
    multiple=True,
    metavar="COMMAND",
    help="A program that calls the canary good by exiting with 0. Repeatable.",
)
ALARM = click.option(
    "--alarm",
    "alarms",
    multiple=True,
    metavar="NAME",
    help="A CloudWatch alarm that must not ring from the start until the end. Repeatable.",
)
LOG_MUST = click.option(
    "--log-must",
    multiple=True,
    metavar="REGEX",
    help="A regular expression that must be found in a line of the canary's log. Repeatable.",
)
LOG_MUST_NOT = click.option(
    "--log-must-not",
    multiple=True,
    metavar="REGEX",
    help="One that may be found in no line of it until the promotion. Repeatable.",
)
METRIC = click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="METRIC",
    help="A CloudWatch metric and its bound, as 'Average AWS/ECS CPUUtilization "
    "ClusterName={cluster} ServiceName={service} < 80'. Repeatable.",
)
CHECKS = (BAKE, BAKE_AFTER, HTTP, COMMAND, LOG_MUST, LOG_MUST_NOT, METRIC, ALARM)
"""What is asked beside what every canary is asked."""
APPROVE = _flag(
    "--approve",
    variables=(settings.APPROVE_KEY,),
    is_flag=True,
    default=None,
    help="Wait for somebody's decision before the promotion; a yes at the start is none.",
)
APPROVE_TIMEOUT = _seconds(
    "approve-timeout",
    None,
    settings.APPROVE_TIMEOUT_KEY,
    "How long to wait for the decision; then the rollout is aborted.",
    TIMEOUT_S,
)
APPROVE_FILE = click.option(
    "--approve-file",
    type=click.Path(),
    metavar="FILE",
    help="A file that decides once it appears, by promote or abort in it.",
)
APPROVAL = (APPROVE, APPROVE_TIMEOUT, APPROVE_FILE)
"""Whether somebody is to decide before the promotion."""


LOCK = _flag(
    "--lock",
    variables=(settings.LOCK_KEY,),
    is_flag=True,
    default=None,
    help="Hold the service's lock in SSM Parameter Store meanwhile, so that nobody else rolls "
    "it out.",
)
WAIT_FOR_TURN = _flag(
    "--wait-for-turn",
    variables=(settings.WAIT_FOR_TURN_KEY,),
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="Wait so long for another rollout of the service to end, instead of stopping.",
)
PROFILE = click.option("--profile", help="Profile of the AWS config; else AWS_PROFILE's.")
ENDPOINT_URL = click.option("--endpoint-url", help="Send AWS calls there instead.")
YES = click.option(
    "--yes", "--ci", "-y", "yes", is_flag=True, help="Ask nothing. Without a terminal none asks."
)
DECISION_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
DEBUG = click.option("--debug", is_flag=True, help="Show tracebacks of cage's own bugs.")


def together(*options: Callable[[F], F]) -> Callable[[F], F]:
    """Apply options in the order in which the help is to show them."""

    def apply(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return apply


REPORT = click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="KIND[=FILE]",
    help="Report events as plain, terminal or json: on stdout, or also in FILE. Repeatable.",
)
JSON = together(
    REPORT, click.option("--json", "as_json", is_flag=True, help="Short for --report json.")
)

ROLLING = (
    CANARY_INSTANCE_ARN,
    UPDATE_SERVICE,
    ON_FAILURE,
    *CHECKS,
    *APPROVAL,
    FLOOR,
    NO_VERIFY,
    IDLE,
    RUNNING,
    HEALTH_CHECK,
    STOPPED,
    STABLE,
    WAIT_FOR_TURN,
    LOCK,
    PROFILE,
    ENDPOINT_URL,
    YES,
    JSON,
    DEBUG,
)
"""How a revision is rolled out, by a rollout or by one that is resumed."""
