"""What `--lock` means for an operation: taken before anything else, given back at the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cage.locking.lock import Lock, LockHeld, name_of
from cage.model.errors import RefusedError
from cage.model.outcome import Outcome
from cage.ports.gateway import Gateway
from cage.rollout import turn
from cage.rollout.story import Story
from cage.runtime.background import background

_RELEASED_WITHIN_S = 60.0


async def under_lock(
    gateway: Gateway, story: Story, tell: Callable[[], Awaitable[Outcome]]
) -> Outcome:
    """Tell the story while the service's lock is held, if the request asks for it.

    Raises:
        BusyError: Another rollout holds it, and goes on holding it.
        AwsError: Parameter Store refused, or didn't answer.
    """
    request = story.request
    if request.lock_as is None:
        return await tell()
    if gateway.parameters is None:
        raise RefusedError(
            "The service's lock can't be taken.",
            "Nothing here can ask SSM Parameter Store.",
            "Leave the lock out, or let cage make the AWS clients.",
        )
    story.lock = lock = Lock(
        gateway.parameters,
        name_of(request.cluster, request.service),
        story.journal.rollout_id,
        request.lock_as,
        story.journal,
    )
    try:
        await turn.taken(lock.take, story)
        async with background() as tasks:
            tasks.start_soon(lock.keep)
            outcome = await tell()
            tasks.cancel_scope.cancel()
        return outcome
    finally:
        with story.interruption.shield(_RELEASED_WITHIN_S):
            await lock.release()


def lock_held(story: Story) -> tuple[LockHeld, ...]:
    """Return what is to be watched until the service is changed; nothing without a lock."""
    return (LockHeld(story.lock),) if story.lock is not None else ()


async def require_lock(story: Story) -> None:
    """Require the lock, right before the service is changed; without one this does nothing.

    Raises:
        RefusedError: It is lost, or can't be proven.
    """
    if story.lock is not None:
        await story.lock.require()
