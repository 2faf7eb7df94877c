"""Running programs: with a time limit, ended with their processes, last lines kept."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections import deque

import anyio
import anyio.abc

from cage.ports.outside import Ended, Exited, NotStarted, Program, ProgramResult
from cage.runtime.background import background

LINES = 20
LINE_LENGTH = 500
_TO_EXIT_S = 5.0
_LAST_WORDS_S = 1.0


class LocalPrograms:
    """Implements `cage.ports.outside.Programs`."""

    async def run(self, program: Program) -> ProgramResult:
        """Run a program to its end. Cancellation ends it and all processes that it started."""
        environ = {**os.environ, **program.variables}
        try:
            process = await anyio.open_process(
                list(program.argv),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=environ,
                start_new_session=True,
            )
        except OSError as error:
            return NotStarted(error.strerror or type(error).__name__)
        tail = _Tail()
        try:
            with anyio.move_on_after(program.timeout_s):
                await _follow(process, tail)
        finally:
            code = process.returncode
            with anyio.CancelScope(shield=True):
                if code is None:
                    await _end(process)
                await process.aclose()
        output = tail.lines()
        return Ended(output) if code is None else Exited(code, output)


async def _follow(process: anyio.abc.Process, tail: _Tail) -> None:
    """Read until the program exits; a process that it started might keep the pipe open."""
    read = anyio.Event()

    async def reader() -> None:
        if process.stdout is not None:
            async for chunk in process.stdout:
                tail.add(chunk)
        read.set()

    async with background() as tasks:
        tasks.start_soon(reader)
        await process.wait()
        with anyio.move_on_after(_LAST_WORDS_S):
            await read.wait()
        tasks.cancel_scope.cancel()


async def _end(process: anyio.abc.Process) -> None:
    """End a program and all processes that it started: gracefully first, then forcibly."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with anyio.move_on_after(_TO_EXIT_S):
        await process.wait()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


class _Tail:
    """The last lines of an output of any length."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=LINES)
        self._rest = b""

    def add(self, chunk: bytes) -> None:
        """Add output that was read."""
        *whole, rest = (self._rest + chunk).split(b"\n")
        self._lines.extend(_line(one) for one in whole)
        self._rest = rest[: 4 * LINE_LENGTH]

    def lines(self) -> tuple[str, ...]:
        """Return the lines, without empty ones."""
        last = (_line(self._rest),) if self._rest else ()
        return tuple(line for line in (*self._lines, *last) if line)[-LINES:]


def _line(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").rstrip()[:LINE_LENGTH]
