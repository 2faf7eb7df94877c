"""Command lines and an endpoint in one time, which passes only while all of them wait.

A rollout waits for minutes, and a lease for more than one. Here that takes no real time: where
a command line would sleep, the time that it shares with the endpoint jumps. While it waits for
an answer no time passes, so a busy machine changes nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import selectors
import subprocess
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import anyio.to_thread
import pytest

from cage.rehearsal.account import open_account
from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.stage import Stage
from cage.runtime import clock
from ecs_simulator.endpoint import Endpoint
from ecs_simulator.endpoint.dispatch import Answered, Asked
from tests.command_line import CAGE, run_with
from tests.endpoint.locally import WEB, exported

_LOOK_S = 0.2
_OWN = 1
"""The one socket that an event loop listens to for itself."""


class SharedTime:
    """A clock that is moved by whoever has nothing to do but to wait.

    Attributes:
        in_flight: How many calls are being made in threads.
    """

    def __init__(self) -> None:
        self.began = clock.wall()
        self.passed_s = 0.0
        self.in_flight = 0

    def seconds(self) -> float:
        return self.passed_s

    def wall(self) -> datetime:
        return self.began + timedelta(seconds=self.passed_s)

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Let everything that this process runs meanwhile live in this time."""
        really = anyio.to_thread.run_sync

        async def counted(*arguments: Any, **named: Any) -> Any:
            self.in_flight += 1
            try:
                return await really(*arguments, **named)
            finally:
                self.in_flight -= 1

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(anyio.to_thread, "run_sync", counted)
            patch.setattr(asyncio.events, "new_event_loop", lambda: _Loop(self))
            patch.setattr(clock, "wall", self.wall)
            yield


class _Selector(selectors.DefaultSelector):
    def __init__(self, time: SharedTime) -> None:
        super().__init__()
        self._time = time

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        waits_for_others = self._time.in_flight or len(self.get_map()) > _OWN
        if timeout is None or timeout <= 0 or not waits_for_others:
            ready = super().select(None if timeout is None else 0)
            if not ready and timeout:
                self._time.passed_s += max(0.0, timeout)
            return ready
        return super().select(None)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, time: SharedTime) -> None:
        self._shared = time
        self.wall_epoch = time.began.timestamp()
        super().__init__(_Selector(time))
        self._clock_resolution = 1e-9

    def time(self) -> float:
        return self._shared.passed_s


class Account:
    """A simulated account with the example's service, and command lines that use it.

    Attributes:
        env: What `cage local` would ask to export.
        time: The time of both.
    """

    def __init__(self, stage: Stage, endpoint: Endpoint, time: SharedTime) -> None:
        self.stage = stage
        self.env = exported(endpoint.url)
        self.time = time
        self._endpoint = endpoint

    def cage(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        with self.time.entered():
            return run_with(self.env | variables, *arguments)

    @contextlib.contextmanager
    def deciding(self, *command: str) -> Iterator[None]:
        """Run a command line of its own once a rollout waits for approval, until it has decided.

        It takes real time to start, so the rollout's call is answered only then.
        """
        really = self._endpoint.answer
        decided = threading.Event()
        started: list[subprocess.Popen[bytes]] = []

        def answer(asked: Asked) -> Answered | None:
            answered = really(asked)
            if b'"cage:promote"' in asked.body or b'"cage:abort"' in asked.body:
                decided.set()
            elif b'"approval until ' in asked.body and not started:
                started.append(subprocess.Popen([CAGE, *command], env=self.env))
                while not decided.wait(_LOOK_S) and started[0].poll() is None:
                    pass
            return answered

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(self._endpoint, "answer", answer)
            yield
            (process,) = started
            assert process.wait() == 0


@contextlib.contextmanager
def account(*incidents: str, scale: float = 1) -> Iterator[Account]:
    """Serve a stage with the example's service, where some incidents happen.

    Args:
        incidents: Their names.
        scale: How many of the world's seconds pass in one of the command lines'.
    """
    time = SharedTime()
    stage = example()
    with Endpoint(stage.api, scale=scale, real_s=time.seconds) as endpoint:
        with stage.api.turn:
            for name in incidents:
                CATALOG[name].arm(stage)
            assert open_account(stage).refused == []
        yield Account(stage, endpoint, time)


def example() -> Stage:
    """Return a stage with the service of the example, steady."""
    service = json.loads((WEB / "service.json").read_text())
    text = (WEB / "task-definition.json").read_text().replace("${IMAGE_TAG:-latest}", "latest")
    stage = Stage(service, json.loads(text))
    stage.bring_up()
    return stage
