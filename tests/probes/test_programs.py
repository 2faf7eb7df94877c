"""Programs for real: they end as a whole, and their last words are kept."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import anyio
import pytest

from cage.ports.outside import Ended, Exited, NotStarted, Program, ProgramResult
from cage.probes import programs
from cage.probes.programs import LINES, LocalPrograms
from cage.runtime import clock
from tests.processes import PATIENCE_S, is_gone


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait longer for what a program wrote last: the machine can be busy."""
    monkeypatch.setattr(programs, "_LAST_WORDS_S", PATIENCE_S)


def run(*argv: str, timeout_s: float = PATIENCE_S, **variables: str) -> ProgramResult:
    return anyio.run(LocalPrograms().run, Program(argv, variables, timeout_s))


def python(code: str, *, timeout_s: float = PATIENCE_S, **variables: str) -> ProgramResult:
    return run(sys.executable, "-c", code, timeout_s=timeout_s, **variables)


def ends(pid: int) -> bool:
    """Wait until a process has ended; a signal takes a moment."""
    never = threading.Event()
    return any(is_gone(pid) or never.wait(0.05) for _ in range(round(PATIENCE_S / 0.05)))


def test_a_program_ends_with_its_code_and_output() -> None:
    code = "import sys; print('one'); print('two', file=sys.stderr); sys.exit(3)"
    assert python(code, PYTHONUNBUFFERED="1") == Exited(3, ("one", "two"))


def test_a_program_is_told_variables_and_has_the_others_too() -> None:
    code = "import os; print(os.environ['CAGE_CANARY_IP'], 'PATH' in os.environ)"
    assert python(code, CAGE_CANARY_IP="10.0.0.7") == Exited(0, ("10.0.0.7 True",))


def test_a_program_reads_nothing() -> None:
    assert python("import sys; print(repr(sys.stdin.read()))") == Exited(0, ("''",))


def test_only_the_last_lines_are_kept() -> None:
    result = python("for n in range(100000): print(n)")
    assert result == Exited(0, tuple(str(n) for n in range(100000 - LINES, 100000)))


def test_bytes_that_are_no_text_break_nothing() -> None:
    result = python("import sys; sys.stdout.buffer.write(b'\\xff\\x00' + b'y' * 9000000)")
    assert isinstance(result, Exited)
    assert result.output[0].startswith("\ufffd")


def test_a_program_that_is_not_there_is_not_started() -> None:
    assert run("./no-such-program") == NotStarted("No such file or directory")


def test_a_signal_that_ends_it_is_a_negative_code() -> None:
    result = python("import os; os.kill(os.getpid(), 9)")
    assert isinstance(result, Exited)
    assert result.code == -9


_FAMILY = "sleep 600 & echo $! >{path}.new; mv {path}.new {path}; echo waiting; sleep 600"


def test_a_program_that_takes_too_long_is_ended_with_its_children(tmp_path: Path) -> None:
    path, timeout_s = tmp_path / "pid", 0.5
    while True:
        result = run("/bin/sh", "-c", _FAMILY.format(path=path), timeout_s=timeout_s)
        assert isinstance(result, Ended)
        if result.output or timeout_s > PATIENCE_S:
            break
        timeout_s *= 4  # the machine is too busy for it to begin
    assert result == Ended(("waiting",))
    assert ends(int(path.read_text(encoding="utf-8")))


def test_cancelling_ends_a_program_with_its_children(tmp_path: Path) -> None:
    path = anyio.Path(tmp_path / "pid")

    async def main() -> None:
        argv = ("/bin/sh", "-c", _FAMILY.format(path=path))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(LocalPrograms().run, Program(argv, {}, PATIENCE_S))
            while not await path.exists():
                await clock.sleep(0.01)
            tasks.cancel_scope.cancel()

    anyio.run(main)
    assert ends(int((tmp_path / "pid").read_text(encoding="utf-8")))


def test_what_a_program_leaves_running_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_LAST_WORDS_S", 0.5)
    result = run("/bin/sh", "-c", "sleep 600 & echo $!")
    assert isinstance(result, Exited)
    pid = int(result.output[0])
    assert not is_gone(pid)
    os.kill(pid, signal.SIGKILL)
    assert result.code == 0
