"""The effect of `--lock` on an operation: taken before anything else, released at the end."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from cage.locking.lock import Lock, name_of
from cage.model.errors import RefusedError
from cage.rollout import turn
from cage.rollout.run import Run
from cage.runtime.background import background
from cage.runtime.hold import Asked

T = TypeVar("T")

_RELEASED_WITHIN_S = 60.0
_ROUNDS = 3


@contextlib.asynccontextmanager
async def held(run: Run) -> AsyncIterator[None]:
    """Hold the service's lock, if the request asks for it.

    Raises:
        BusyError: Another rollout that is alive holds the lock.
        AwsError: Parameter Store refused, or didn't answer.
    """
    context, who = run.context, run.request.lock_as
    if who is None:
        yield
        return
    parameters = context.gateway.parameters
    if parameters is None:
        raise RefusedError(
            "The service's lock can't be acquired.",
            "There is a client for ECS, but none for SSM Parameter Store.",
            "Remove the lock, or let cage create the AWS clients.",
        )
    name = name_of(context.place.cluster, context.place.service)
    run.lock = lock = Lock(parameters, name, context.journal.rollout_id, who, context.journal)
    try:
        await turn.taken(run, lock.take)
        async with background() as tasks:
            tasks.start_soon(lock.keep)
            yield
            tasks.cancel_scope.cancel()
    finally:
        with context.interruption.shield(_RELEASED_WITHIN_S):
            await lock.release()


def lock_held(run: Run) -> tuple[Asked, ...]:
    """Return the lock to watch until the service is changed; empty without a lock."""
    return (Asked("lock", run.lock.look),) if run.lock is not None else ()


async def proven(run: Run, read: Callable[[], Awaitable[T]]) -> T:
    """Return the result of a read after which the lock is still proven; without one, just read.

    A read can be retried for minutes, in which a lease ends. So the proof is looked at last, with
    no call in between, and the read is repeated after a new proof.

    Raises:
        RefusedError: The lock was lost, or it can't be confirmed.
        AwsError: AWS refused, or didn't answer.
    """
    if run.lock is None:
        return await read()
    for _ in range(_ROUNDS):
        await run.lock.require()
        found = await read()
        if run.lock.proven:
            return found
    raise RefusedError(
        "This rollout might have lost the lock of the service.",
        "Reading the service took longer than the lock is certain to last.",
        "Run this again once AWS answers quickly.",
    )


async def require_lock(run: Run) -> None:
    """Require the lock right before the service is changed; without a lock, do nothing.

    Raises:
        RefusedError: The lock was lost, or it can't be confirmed.
    """
    if run.lock is not None:
        await run.lock.require()
