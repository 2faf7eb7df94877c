"""The operations, as an API for programs."""

from __future__ import annotations

import dataclasses
import functools
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import anyio

from cage.aws.calls import Caller
from cage.aws.clients import Clients
from cage.aws.gateway import gateway_of
from cage.checks.requests import Requested
from cage.context import Context
from cage.library.checks import Checks
from cage.library.envars import Envars, request_of
from cage.library.settings import completed, overridden
from cage.model.result import Result
from cage.options.request import Request
from cage.probes import decision_file, outside
from cage.rollout.recovery import resume
from cage.rollout.rollout import rollout
from cage.rollout.run import new_rollout_id
from cage.rollout.up import up
from cage.runtime import clock
from cage.runtime.background import background
from cage.runtime.decisions import Decisions
from cage.runtime.delivery import delivered
from cage.runtime.journal import Journal, Sink


class Cage:
    """Creates services and rolls them out.

    Args:
        env: The operation's input: `Envars`, or a request that `load_request` created.
        ecs: An ECS client of botocore or boto3; None creates one.
        alb: An elbv2 client of botocore or boto3; None creates one.
        ec2: Accepted for compatibility with the Go API but not used: cage doesn't call EC2.
        sinks: Receive every event in order. Each sink runs in its own thread.

    Raises:
        UsageError: A setting is missing in `env`, or no client can be created.
    """

    def __init__(
        self,
        env: Envars | Request,
        *,
        ecs: Any = None,
        alb: Any = None,
        ec2: Any = None,  # noqa: ARG002
        sinks: tuple[Sink, ...] = (),
    ) -> None:
        self._said = env
        self._env = _request_of(env)
        self._sinks = sinks
        self._given = {"ecs": ecs, "elbv2": alb}
        self._own_clients = ecs is None or alb is None
        self._clients: Clients | None = None
        for service in self._given:
            self._client(service, None)

    def up(self, *, canary: bool = False, checks: Checks | None = None, **settings: Any) -> Result:
        """Create the service and confirm that it is steady; see `up_async`."""
        return anyio.run(lambda: self.up_async(canary=canary, checks=checks, **settings))

    def rollout(self, *, checks: Checks | None = None, **settings: Any) -> Result:
        """Roll the revision out, canary first; see `rollout_async`."""
        return anyio.run(lambda: self.rollout_async(checks=checks, **settings))

    def resume(self, *, checks: Checks | None = None, **settings: Any) -> Result:
        """Continue a rollout whose process died, or clean up; see `resume_async`."""
        return anyio.run(lambda: self.resume_async(checks=checks, **settings))

    async def up_async(
        self,
        *,
        canary: bool = False,
        checks: Checks | None = None,
        decisions: Decisions | None = None,
        **settings: Any,
    ) -> Result:
        """Create the service and confirm that it is steady.

        Args:
            canary: Whether to check a canary task before the service exists.
            checks: Checks of that canary in addition to those that every canary gets.
            decisions: See `rollout_async`.
            settings: Any other setting of `cage up` by its flag's words.

        Returns:
            How it ended; `result.succeeded` is true if it is confirmed.

        Raises:
            UsageError: An argument can't be used; nothing was changed.
        """
        request = self._request(checks or Checks(), settings)
        operation = functools.partial(up, canary=canary)
        return await self._told(_decided(operation, request, decisions), request)

    async def rollout_async(
        self,
        *,
        checks: Checks | None = None,
        decisions: Decisions | None = None,
        **settings: Any,
    ) -> Result:
        """Roll the revision out, canary first, and confirm it or roll the service back.

        Args:
            checks: Checks in addition to those that every canary gets.
            decisions: Accepts your program's decisions, if the rollout waits for approval.
                `cage promote` and `cage abort` work anyway.
            settings: Any other setting of `cage rollout` by its flag's words, such as
                `update_service=True` or `on_failure="keep"`.

        Returns:
            How it ended; `result.service_intact` is true if the service runs what it
            ran before.

        Raises:
            UsageError: An argument can't be used; nothing was changed.
        """
        request = self._request(checks or Checks(), settings)
        return await self._told(_decided(rollout, request, decisions), request)

    async def resume_async(
        self,
        *,
        checks: Checks | None = None,
        decisions: Decisions | None = None,
        **settings: Any,
    ) -> Result:
        """Continue the service's rollout whose process died, or clean up after it.

        The revision is that rollout's; the one in `env` isn't used.

        Args:
            checks: See `rollout_async`.
            decisions: See `rollout_async`.
            settings: See `rollout_async`.

        Returns:
            How it ended; `NothingToDo` if no such rollout was found.

        Raises:
            UsageError: An argument can't be used; nothing was changed.
        """
        request = self._request(checks or Checks(), settings)
        request = dataclasses.replace(request, revision=None, task_definition=None)
        return await self._told(_decided(resume, request, decisions), request)

    async def _told(
        self, operation: Callable[[Context], Awaitable[Result]], request: Request
    ) -> Result:
        """Run an operation, and pass its events to the sinks."""
        mask = request.mask(os.environ)
        async with delivered(self._sinks) as sinks:
            journal = Journal(new_rollout_id(clock.now()), sinks, request.service, mask)
            caller = Caller(request.region, retried=journal.tell, mask=mask)
            made = gateway_of(self._client, caller, outside())
            if not self._own_clients:
                # The caller's clients can belong to another account than cage's own.
                made = dataclasses.replace(made, prerequisites=None)
            place = request.place
            return await operation(Context(made, place, journal))

    def _client(self, service: str, region: str | None) -> Any:
        """Return the caller's client, or one that is created on first use."""
        given = self._given.get(service)
        if given is not None:
            return given
        self._clients = self._clients or Clients(
            self._env.region, self._env.access.profile, self._env.access.endpoint_url
        )
        return self._clients.client(service, region)

    def _request(self, checks: Checks, settings: Mapping[str, Any]) -> Request:
        """Return the request. Keywords override checks, then the environment, then `cage.json`."""
        request = _request_of(self._said)
        request = completed(request, checks.settings)
        if checks.requested != Requested():
            request = dataclasses.replace(request, checks=checks.requested)
        return overridden(overridden(request, checks.given), settings)


def _request_of(said: Envars | Request) -> Request:
    return said if isinstance(said, Request) else request_of(said)


def _decided(
    operation: Callable[..., Awaitable[Result]], request: Request, decisions: Decisions | None
) -> Callable[[Context], Awaitable[Result]]:
    """Return a rollout that also reads the file that can decide about it."""
    file = request.checks.approve.file if request.checks.approve else None
    if file is not None:
        decision_file.require_absent(file)
    taking = decisions or Decisions((f"write promote or abort to {file}",) if file else ())

    async def decided(context: Context) -> Result:
        async with background() as tasks:
            if file is not None:
                tasks.start_soon(decision_file.watch, file, taking, context.notice)
            result = await operation(context, request, taking)
            tasks.cancel_scope.cancel()
        return result

    return decided
