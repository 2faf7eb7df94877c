"""Canaries of dead rollouts, removed alongside the rollout that found them."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from anyio.abc import TaskGroup

from cage.canary.orphans import Orphans
from cage.canary.retirement import Retirement
from cage.context import Context
from cage.model import events, identity
from cage.model.errors import AwsError, AwsUnavailableError
from cage.model.tasks import Task
from cage.runtime import clock
from cage.runtime.background import background

_AGAIN_S = 5.0
_MARGIN_S = 120.0


@dataclasses.dataclass(slots=True)
class _Removal:
    task: Task
    retirement: Retirement
    over: anyio.Event = dataclasses.field(default_factory=anyio.Event)


class Leaving:
    """Removes canaries of dead rollouts: they leave their target groups at once, and drain.

    A rollout doesn't wait for their drains, except for the place on an instance.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._removals: dict[str, _Removal] = {}
        self._tasks: TaskGroup | None = None

    @property
    def arns(self) -> frozenset[str]:
        """The tasks that are being removed, or were."""
        return frozenset(self._removals)

    @asynccontextmanager
    async def alongside(self) -> AsyncIterator[None]:
        """Remove them while the body runs, and be done on leaving.

        After a signal their drains end early, as that of the rollout's own canary does.
        """
        try:
            async with background() as self._tasks:
                yield
        finally:
            self._tasks = None
            left = [r for r in self._removals.values() if not r.over.is_set()]
            for removal in left:
                with self._context.interruption.shield(_MARGIN_S):
                    await self._remove(removal)

    async def begin(self, orphans: Orphans, task: Task) -> None:
        """Deregister the canary of a dead rollout, and finish its removal in the background.

        Raises:
            AwsError: AWS refused, or didn't answer.
        """
        retirement = await orphans.retirement(task)
        removal = self._removals[task.arn] = _Removal(task, retirement)
        if self._tasks is None:
            await retirement.run()
            self._done(removal)
            return
        await retirement.deregister()
        self._tasks.start_soon(self._remove, removal)

    async def places(self) -> None:
        """Wait until those on instances have stopped: their ports and memory might be needed."""
        for removal in self._removals.values():
            if removal.task.container_instance_arn is not None:
                await removal.over.wait()

    async def _remove(self, removal: _Removal) -> None:
        try:
            while not removal.retirement.done:
                try:
                    await removal.retirement.run()
                except AwsUnavailableError:
                    await clock.sleep(_AGAIN_S)
            self._done(removal)
        except AwsError as error:
            removal.over.set()
            text = f"canary task {removal.task.id} of a dead rollout is not removed: {error.what}"
            self._context.notice(text)

    def _done(self, removal: _Removal) -> None:
        removal.over.set()
        task = removal.task
        self._context.tell(events.CanarySwept(task.arn, identity.rollout_of(task)))
