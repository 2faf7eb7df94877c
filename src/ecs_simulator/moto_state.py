"""A simulated account's state in moto, kept apart from every other account's."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import weakref
from collections import deque
from collections.abc import Iterator
from typing import Any, ClassVar, cast

from moto.core.base_backend import BackendDict
from moto.core.model_instances import model_data, reset_model_data

from ecs_simulator.world.task_entities import ACCOUNT


@dataclasses.dataclass(slots=True)
class _Kept:
    """The contents of moto's backends.

    Attributes:
        backends: By service: their accounts, and what else they know, such as buckets' names.
        instances: Other things that moto keeps track of, by class.
    """

    backends: dict[BackendDict[Any], tuple[dict[str, Any], dict[str, dict[str, Any]]]] = (
        dataclasses.field(default_factory=dict)
    )
    instances: dict[Any, list[Any]] = dataclasses.field(default_factory=dict)


class MotoState:
    """One simulated account's state in moto.

    moto keeps one set of backends per process. While this account is entered, they hold this
    account's state. Afterward, they hold their previous state again.
    """

    _turn: ClassVar = threading.RLock()
    _entered: ClassVar[MotoState | None] = None
    _left: ClassVar[deque[_Kept]] = deque()
    """State of accounts that nothing refers to anymore: moto has files open for it."""

    def __init__(self) -> None:
        self._kept = _Kept()
        weakref.finalize(self, MotoState._left.append, self._kept)

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Let moto's backends be this account's. Others wait for their turn."""
        with MotoState._turn:
            before = MotoState._entered
            if before is self:
                yield
                return
            while MotoState._left:
                with _exchanged(MotoState._left.popleft()):
                    _reset()
            with _exchanged(self._kept):
                MotoState._entered = self
                try:
                    yield
                finally:
                    MotoState._entered = before

    def clear(self) -> None:
        """Forget everything."""
        with self.entered():
            _reset()

    def alarms(self, region: str) -> dict[str, str]:
        """Return the state of each CloudWatch alarm that clients put, by name."""
        if not self._kept.backends:
            return {}
        from moto.cloudwatch.models import cloudwatch_backends  # noqa: PLC0415  rarely needed

        with self.entered():
            alarms = cloudwatch_backends[ACCOUNT][region].alarms
            return {name: str(alarm.state_value) for name, alarm in alarms.items()}


def _reset() -> None:
    BackendDict.reset()
    reset_model_data()


@contextlib.contextmanager
def _exchanged(kept: _Kept) -> Iterator[None]:
    """Let moto's backends hold what was kept, and keep what they hold in the end."""
    outside = _exchange(kept)
    try:
        yield
    finally:
        held = _exchange(outside)
        kept.backends, kept.instances = held.backends, held.instances


def _exchange(wanted: _Kept) -> _Kept:
    """Let moto's backends hold this, and return what they held."""
    held = _Kept()
    in_use: list[BackendDict[Any]] = BackendDict._instances  # type: ignore[misc]  # noqa: SLF001  moto has no other way
    for backends in in_use:
        more = {k: dict(v) for k, v in vars(backends).items() if isinstance(v, dict)}
        held.backends[backends] = dict(backends), more
        backends.clear()
        for key in more:
            vars(backends)[key].clear()
    for models in model_data.values():
        for model in cast("dict[str, Any]", models).values():
            if model.instances_tracked:
                held.instances[model] = model.instances_tracked
                model.instances_tracked = []
    for backends, (accounts, more) in wanted.backends.items():
        backends.update(accounts)
        for key, known in more.items():
            vars(backends)[key].update(known)
    in_use[:] = wanted.backends
    for model, instances in wanted.instances.items():
        model.instances_tracked = instances
    return held
