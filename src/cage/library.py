"""The library: what the Go package `canarycage` offers, in Python."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio

from cage import clock
from cage.availability.floor import parse as parse_floor
from cage.aws.calls import Caller
from cage.aws.clients import Clients
from cage.aws.cloudwatch import BotoCloudWatch
from cage.aws.ecs import BotoEcs
from cage.aws.elb import BotoTargetGroups
from cage.aws.logs import BotoLogs
from cage.aws.lookups import asking
from cage.aws.lookups.reach import ATTEMPTS, Reach
from cage.aws.prerequisites import BotoPrerequisites
from cage.aws.shapes import EcsShapes
from cage.background import background
from cage.canary.checks import Asked
from cage.canary.checks.approve import ApproveSettings
from cage.decisions import Decisions
from cage.definitions import Lookup
from cage.definitions import load_service_definition as _load_service_definition
from cage.definitions import load_task_definition as _load_task_definition
from cage.definitions.configuration import read_configuration
from cage.definitions.masking import secrets_in
from cage.errors import UsageError
from cage.events import Journal, Noticed, Sink
from cage.model import Shape
from cage.operations.request import ON_FAILURE_CHOICES, Gateway, Request, Result, Timeouts
from cage.operations.rollout import rollout
from cage.operations.story import new_rollout_id
from cage.operations.up import up
from cage.probes import decision_file, outside
from cage.settings import (
    CLUSTER_KEY,
    REGION_KEY,
    SERVICE_KEY,
    TASK_DEFINITION_ARN_KEY,
    TFSTATE_KEY,
)

_DEFAULTS = Timeouts()


@dataclasses.dataclass(slots=True)
class Envars:
    """Everything that decides what `Cage` does; an empty string means: not given.

    Attributes:
        canary_instance_arn: Where the canary of an EC2 service starts: an EC2 instance id,
            a container instance id or ARN, or `auto`.
        task_definition_arn: A revision to roll out, ARN or `family:revision`.
        task_definition_input: Input of register-task-definition.
        service_definition_input: Input of create-service.
        canary_task_idle_duration: Seconds that a canary without load balancer must stay up.
        canary_task_running_wait: Seconds that the canary may take to run.
        canary_task_health_check_wait: Seconds that the canary may take to be healthy.
        canary_task_stopped_wait: Seconds that the canary may take to stop.
        service_stable_wait: Seconds that the service's deployment may take.
        verify: Whether what can be known before the start is verified first; only where
            cage makes the clients itself are other services than ECS and ELB asked.
        floor: Healthy targets that the service must keep, as `2`, or `75%` of its desired count.
    """

    ci: bool = False
    region: str = ""
    cluster: str = ""
    service: str = ""
    canary_instance_arn: str = ""
    task_definition_arn: str = ""
    task_definition_input: Shape | None = None
    service_definition_input: Shape | None = None
    canary_task_idle_duration: float = _DEFAULTS.idle_s
    canary_task_running_wait: float = _DEFAULTS.running_s
    canary_task_health_check_wait: float = _DEFAULTS.health_check_s
    canary_task_stopped_wait: float = _DEFAULTS.stopped_s
    service_stable_wait: float = _DEFAULTS.stable_s
    floor: str = ""
    verify: bool = True


def ensure_envars(env: Envars) -> None:
    """Require that everything is given that an operation needs.

    Raises:
        UsageError: Region, cluster, service, or what to roll out is missing.
    """
    for name, key in (("region", REGION_KEY), ("cluster", CLUSTER_KEY), ("service", SERVICE_KEY)):
        if not getattr(env, name):
            raise UsageError(f"No {name} is given.", "", f"Set Envars.{name} ({key}).")
    if not env.task_definition_arn and env.task_definition_input is None:
        raise UsageError(
            "There is nothing to roll out.",
            "Neither task_definition_arn nor task_definition_input is given.",
            f"Set one of them ({TASK_DEFINITION_ARN_KEY} names a revision).",
        )


def merge_envars(dest: Envars, src: Envars) -> None:
    """Write into `dest` whatever is given in `src`; what `src` leaves at its default stays."""
    default = Envars()
    for field in dataclasses.fields(Envars):
        value = getattr(src, field.name)
        if value != getattr(default, field.name):
            setattr(dest, field.name, value)


def load_service_definition(
    path: str | Path, environ: Mapping[str, str] | None = None, *, region: str | None = None
) -> Shape:
    """Read a service definition, put variables and lookups in, and check it.

    Args:
        path: The file itself, or a directory that holds `service.json` or names it in its
            `cage.json`.
        environ: The variables for `${NAME}`; None takes the process's environment.
        region: Where lookups are asked; None leaves it to the environment and the profile.

    Raises:
        DefinitionError: The file can't be used; it lists everything that is wrong.
    """
    names = os.environ if environ is None else environ
    lookups = _lookups(Path(path), names, region)
    return _load_service_definition(Path(path), names, EcsShapes(), lookups=lookups)


def load_task_definition(
    path: str | Path, environ: Mapping[str, str] | None = None, *, region: str | None = None
) -> Shape:
    """Read a task definition, put variables and lookups in, and check it.

    Args:
        path: The file itself, or a directory that holds `task-definition.json` or names it
            in its `cage.json`.
        environ: The variables for `${NAME}`; None takes the process's environment.
        region: Where lookups are asked; None leaves it to the environment and the profile.

    Raises:
        DefinitionError: The file can't be used; it lists everything that is wrong.
    """
    names = os.environ if environ is None else environ
    lookups = _lookups(Path(path), names, region)
    return _load_task_definition(Path(path), names, EcsShapes(), lookups=lookups)


def _lookups(path: Path, environ: Mapping[str, str], region: str | None) -> dict[str, Lookup]:
    """Return the lookups; a client is made when the first one is met."""
    state = environ.get(TFSTATE_KEY)
    if not state and path.is_dir():
        state = read_configuration(path, environ).tfstate
    return asking(Reach(lambda: Clients(region, attempts=ATTEMPTS), state, environ))


class Cage:
    """Creates services and rolls them out.

    Args:
        env: What to do; see `Envars`.
        ecs: An ECS client of botocore or boto3; None makes one.
        alb: An elbv2 client of botocore or boto3; None makes one.
        ec2: Taken for the Go API's sake, and not used: cage needs no call to EC2.
        sinks: Told of every event, as it happens.

    Raises:
        UsageError: `env` lacks something, or no client can be made.
    """

    def __init__(
        self,
        env: Envars,
        *,
        ecs: Any = None,
        alb: Any = None,
        ec2: Any = None,  # noqa: ARG002
        sinks: tuple[Sink, ...] = (),
    ) -> None:
        ensure_envars(env)
        self._env = env
        self._sinks = sinks
        made = Clients(env.region) if ecs is None or alb is None else None
        self._clients = made
        self._own_clients = made is not None
        self._ecs = made.client("ecs") if made and ecs is None else ecs
        self._alb = made.client("elbv2") if made and alb is None else alb

    def up(self) -> Result:
        """Create the service and prove that it is steady; see `up_async`."""
        return anyio.run(self.up_async)

    def rollout(
        self,
        *,
        update_service: bool = False,
        on_failure: str = "rollback",
        approve: ApproveSettings | None = None,
    ) -> Result:
        """Roll the revision out, canary first; see `rollout_async`."""
        return anyio.run(
            lambda: self.rollout_async(
                update_service=update_service, on_failure=on_failure, approve=approve
            )
        )

    async def up_async(self) -> Result:
        """Create the service and prove that it is steady.

        Returns:
            How it ended; `result.succeeded` tells whether it is proven.

        Raises:
            UsageError: What was given can't be used; nothing was changed.
        """
        journal = self._journal()
        return await up(self._gateway(journal), self._request(update_service=False), journal)

    async def rollout_async(
        self,
        *,
        update_service: bool = False,
        on_failure: str = "rollback",
        approve: ApproveSettings | None = None,
        decisions: Decisions | None = None,
    ) -> Result:
        """Roll the revision out, canary first, and prove it or put the service back.

        Args:
            update_service: Also send what the service definition says of network, load
                balancers, service registries, Service Connect, platform version, volumes.
            on_failure: What becomes of a failed deployment that ECS doesn't roll back:
                `rollback` or `keep`.
            approve: How approval is awaited before the promotion; None: it isn't.
            decisions: Takes decisions of yours; `cage promote` and `cage abort` work anyway.

        Returns:
            How it ended; `result.service_intact` tells whether the service runs what it
            ran before.

        Raises:
            UsageError: What was given can't be used; nothing was changed.
        """
        journal = self._journal()
        if on_failure not in ON_FAILURE_CHOICES:
            raise UsageError(
                f"on_failure is neither rollback nor keep: {on_failure!r}.", "", "Pass one of them."
            )
        request = dataclasses.replace(
            self._request(update_service=update_service),
            on_failure=on_failure,
            asked=Asked(approve=approve),
        )
        file = approve.file if approve else None
        if file is not None:
            decision_file.require_absent(file)
        taking = decisions or Decisions((f"write promote or abort to {file}",) if file else ())
        async with background() as tasks:
            if file is not None:
                tasks.start_soon(
                    decision_file.watch, file, taking, lambda text: journal.tell(Noticed(text))
                )
            result = await rollout(self._gateway(journal), request, journal, None, taking)
            tasks.cancel_scope.cancel()
        return result

    def _journal(self) -> Journal:
        return Journal(new_rollout_id(clock.now()), self._sinks)

    def _gateway(self, journal: Journal) -> Gateway:
        env = self._env
        hidden = secrets_in(env.task_definition_input, env.service_definition_input)
        caller = Caller(env.region, retried=journal.tell, hidden=hidden)
        return Gateway(
            BotoEcs(self._ecs, caller),
            BotoTargetGroups(self._alb, caller),
            BotoCloudWatch(lambda: self._client("cloudwatch", None), caller),
            outside(),
            BotoLogs(lambda region: self._client("logs", region), caller),
            BotoPrerequisites(self._client, caller) if self._own_clients else None,
        )

    def _client(self, service: str, region: str | None) -> Any:
        """Return a client that is rarely needed, made when it is."""
        self._clients = self._clients or Clients(self._env.region)
        return self._clients.client(service, region)

    def _request(self, *, update_service: bool) -> Request:
        env = self._env
        return Request(
            region=env.region,
            cluster=env.cluster,
            service=env.service,
            revision=env.task_definition_arn or None,
            task_definition=env.task_definition_input,
            service_definition=env.service_definition_input,
            update_service=update_service,
            verify=env.verify,
            floor=parse_floor(env.floor, "Envars.floor") if env.floor else None,
            canary_instance=env.canary_instance_arn or None,
            timeouts=Timeouts(
                running_s=env.canary_task_running_wait,
                health_check_s=env.canary_task_health_check_wait,
                stopped_s=env.canary_task_stopped_wait,
                stable_s=env.service_stable_wait,
                idle_s=env.canary_task_idle_duration,
            ),
        )
