"""Programs for real: they end as a whole, and their last words are kept."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import anyio

from cage.ports.outside import Ended, Exited, NotStarted, Program, ProgramResult
from cage.probes.programs import LINES, LocalPrograms

FOREVER = 60.0


def run(*argv: str, timeout_s: float = 20.0, **variables: str) -> ProgramResult:
    return anyio.run(LocalPrograms().run, Program(argv, variables, timeout_s))


def python(code: str, *, timeout_s: float = 20.0, **variables: str) -> ProgramResult:
    return run(sys.executable, "-c", code, timeout_s=timeout_s, **variables)


def gone(pid: int) -> bool:
    """Whether a process ends within two seconds; a signal takes a moment."""
    never = threading.Event()
    return any(_gone(pid) or never.wait(0.05) for _ in range(40))


def _gone(pid: int) -> bool:
    """Whether a process has ended, be it collected or not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state in {"Z", "X"}


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


_FAMILY = (
    "import subprocess, sys, time;"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "open({path!r}, 'w').write(str(child.pid));"
    "print('waiting', flush=True);"
    "time.sleep(60)"
)


def test_a_program_that_takes_too_long_is_ended_with_its_children(tmp_path: Path) -> None:
    path = tmp_path / "pid"
    result = python(_FAMILY.format(path=str(path)), timeout_s=1.5)
    assert result == Ended(("waiting",))
    assert gone(int(path.read_text(encoding="utf-8")))


def test_cancelling_ends_a_program_with_its_children(tmp_path: Path) -> None:
    path = tmp_path / "pid"

    async def main() -> None:
        code = _FAMILY.format(path=str(path))
        with anyio.move_on_after(1.5) as scope:
            await LocalPrograms().run(Program((sys.executable, "-c", code), {}, FOREVER))
        assert scope.cancelled_caught

    anyio.run(main)
    assert gone(int(path.read_text(encoding="utf-8")))


def test_what_a_program_leaves_running_holds_nobody_up() -> None:
    code = (
        "import subprocess, sys;"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(4)']);"
        "print('done', flush=True)"
    )
    with anyio_time_limit(3.5):
        assert python(code) == Exited(0, ("done",))


class anyio_time_limit:  # noqa: N801  reads as a statement
    """Fails if the block takes longer."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        self._began = os.times().elapsed

    def __exit__(self, *_: object) -> None:
        assert os.times().elapsed - self._began < self._seconds
