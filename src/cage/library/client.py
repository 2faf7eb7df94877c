"""The operations, for programs."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Awaitable, Callable
from typing import Any

import anyio

from cage.availability.floor import parse as parse_floor
from cage.aws.calls import Caller
from cage.aws.clients import Clients
from cage.aws.gateway import gateway_of
from cage.canary.checks import Asked
from cage.library.checks import Checks
from cage.library.envars import Envars, ensure_envars
from cage.model.errors import UsageError
from cage.model.events import Noticed
from cage.model.result import Result
from cage.operations.request import ON_FAILURE_CHOICES, Request, Timeouts
from cage.ports.gateway import Gateway
from cage.probes import decision_file, outside
from cage.rollout.recovery import resume
from cage.rollout.rollout import rollout
from cage.rollout.story import new_rollout_id
from cage.rollout.up import up
from cage.runtime import clock
from cage.runtime.background import background
from cage.runtime.decisions import Decisions
from cage.runtime.delivery import delivered
from cage.runtime.journal import Journal, Sink


class Cage:
    """Creates services and rolls them out.

    Args:
        env: What to do; see `Envars`.
        ecs: An ECS client of botocore or boto3; None makes one.
        alb: An elbv2 client of botocore or boto3; None makes one.
        ec2: Taken for the Go API's sake, and not used: cage needs no call to EC2.
        sinks: Get every event, one after another, each in a thread of its own.

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
        self._given = {"ecs": ecs, "elbv2": alb}
        self._own_clients = ecs is None or alb is None
        self._clients: Clients | None = None
        for service in self._given:
            self._client(service, None)

    def up(self) -> Result:
        """Create the service and prove that it is steady; see `up_async`."""
        return anyio.run(self.up_async)

    def rollout(
        self,
        *,
        update_service: bool = False,
        on_failure: str = "rollback",
        checks: Checks | None = None,
    ) -> Result:
        """Roll the revision out, canary first; see `rollout_async`."""
        return anyio.run(
            lambda: self.rollout_async(
                update_service=update_service, on_failure=on_failure, checks=checks
            )
        )

    def resume(
        self,
        *,
        update_service: bool = False,
        on_failure: str = "rollback",
        checks: Checks | None = None,
    ) -> Result:
        """Carry on with a rollout whose process died, or clean up; see `resume_async`."""
        return anyio.run(
            lambda: self.resume_async(
                update_service=update_service, on_failure=on_failure, checks=checks
            )
        )

    async def up_async(self) -> Result:
        """Create the service and prove that it is steady.

        Returns:
            How it ended; `result.succeeded` tells whether it is proven.

        Raises:
            UsageError: What was given can't be used; nothing was changed.
        """
        request = self._request(update_service=False, checks=Checks())
        return await self._told(lambda gateway, journal: up(gateway, request, journal), request)

    async def rollout_async(
        self,
        *,
        update_service: bool = False,
        on_failure: str = "rollback",
        checks: Checks | None = None,
        decisions: Decisions | None = None,
    ) -> Result:
        """Roll the revision out, canary first, and prove it or put the service back.

        Args:
            update_service: Also send what the service definition says of network, load
                balancers, service registries, Service Connect, platform version, volumes.
            on_failure: What becomes of a failed deployment that ECS doesn't roll back:
                `rollback` or `keep`.
            checks: What is asked beside what every canary is asked.
            decisions: Takes decisions of yours, where approval is asked for; `cage promote` and
                `cage abort` work anyway.

        Returns:
            How it ended; `result.service_intact` tells whether the service runs what it
            ran before.

        Raises:
            UsageError: What was given can't be used; nothing was changed.
        """
        request = self._rollout_request(update_service, on_failure, checks)
        return await self._told(_decided(rollout, request, decisions), request)

    async def resume_async(
        self,
        *,
        update_service: bool = False,
        on_failure: str = "rollback",
        checks: Checks | None = None,
        decisions: Decisions | None = None,
    ) -> Result:
        """Carry on with the service's rollout whose process died, or clean up after it.

        The revision is that rollout's; the one that `env` names isn't used.

        Args:
            update_service: As for the rollout.
            on_failure: As for the rollout.
            checks: As for the rollout.
            decisions: As for the rollout.

        Returns:
            How it ended; `NothingToDo` if there was no such rollout.

        Raises:
            UsageError: What was given can't be used; nothing was changed.
        """
        request = self._rollout_request(update_service, on_failure, checks)
        request = dataclasses.replace(request, revision=None, task_definition=None)
        return await self._told(_decided(resume, request, decisions), request)

    def _rollout_request(
        self, update_service: bool, on_failure: str, checks: Checks | None
    ) -> Request:
        if on_failure not in ON_FAILURE_CHOICES:
            raise UsageError(
                f"on_failure is neither rollback nor keep: {on_failure!r}.", "", "Pass one of them."
            )
        request = self._request(update_service=update_service, checks=checks or Checks())
        return dataclasses.replace(request, on_failure=on_failure)

    async def _told(
        self, operation: Callable[[Gateway, Journal], Awaitable[Result]], request: Request
    ) -> Result:
        """Run an operation, and hand its events to the sinks."""
        mask = request.mask(os.environ)
        async with delivered(self._sinks) as sinks:
            journal = Journal(new_rollout_id(clock.now()), sinks, request.service, mask)
            caller = Caller(request.region, retried=journal.tell, mask=mask)
            made = gateway_of(self._client, caller, outside())
            if not self._own_clients:
                # Clients that were given may belong to another account than cage's own.
                made = dataclasses.replace(made, prerequisites=None)
            return await operation(made, journal)

    def _client(self, service: str, region: str | None) -> Any:
        """Return the client that was given, or one that is made on first use."""
        given = self._given.get(service)
        if given is not None:
            return given
        self._clients = self._clients or Clients(self._env.region)
        return self._clients.client(service, region)

    def _request(self, *, update_service: bool, checks: Checks) -> Request:
        env = self._env
        floor, origin = checks.floor or env.floor, "Checks" if checks.floor else "Envars"
        return Request(
            region=env.region,
            cluster=env.cluster,
            service=env.service,
            revision=env.task_definition_arn or None,
            task_definition=env.task_definition_input,
            service_definition=env.service_definition_input,
            update_service=update_service,
            verify=env.verify,
            floor=parse_floor(floor, f"{origin}.floor") if floor else None,
            lock_as=env.lock_as or None,
            wait_for_turn_s=env.wait_for_turn,
            canary_instance=env.canary_instance_arn or None,
            timeouts=Timeouts(
                running_s=env.canary_task_running_wait,
                health_check_s=env.canary_task_health_check_wait,
                stopped_s=env.canary_task_stopped_wait,
                stable_s=env.service_stable_wait,
                idle_s=env.canary_task_idle_duration,
                bake_s=checks.bake_s,
                bake_after_s=checks.bake_after_s,
            ),
            asked=Asked(
                http=tuple(checks.http),
                commands=tuple(checks.commands),
                logs=tuple(checks.logs),
                metrics=tuple(checks.metrics),
                alarms=tuple(dict.fromkeys(checks.alarms)),
                approve=checks.approve,
            ),
        )


def _decided(
    operation: Callable[..., Awaitable[Result]], request: Request, decisions: Decisions | None
) -> Callable[[Gateway, Journal], Awaitable[Result]]:
    """Return a rollout that reads the file that may decide about it."""
    file = request.asked.approve.file if request.asked.approve else None
    if file is not None:
        decision_file.require_absent(file)
    taking = decisions or Decisions((f"write promote or abort to {file}",) if file else ())

    async def decided(gateway: Gateway, journal: Journal) -> Result:
        async with background() as tasks:
            if file is not None:
                tasks.start_soon(
                    decision_file.watch, file, taking, lambda text: journal.tell(Noticed(text))
                )
            result = await operation(gateway, request, journal, None, taking)
            tasks.cancel_scope.cancel()
        return result

    return decided
