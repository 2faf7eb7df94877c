"""Decisions from beside AWS: a typed word, a file, a signal."""

from __future__ import annotations

import os
import pty
import signal
import termios
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio
import pytest

from cage.model.errors import UsageError
from cage.probes import decision_file, keyboard, signals
from cage.runtime import clock
from cage.runtime.background import background
from cage.runtime.decisions import Decision, Decisions, Word
from tests.processes import PATIENCE_S


def _run(work: Callable[[], Awaitable[None]], timeout_s: float = PATIENCE_S) -> None:
    async def bounded() -> None:
        with anyio.fail_after(timeout_s):
            await work()

    anyio.run(bounded)


async def _until(holds: Callable[[], bool]) -> None:
    while not holds():
        await clock.sleep(0.01)


@pytest.mark.parametrize(
    ("keys", "word", "shown"),
    [
        ("promote\n", Word.PROMOTE, "promote or abort? "),
        (" ABORT \r", Word.ABORT, "promote or abort? "),
        ("prommo\x7f\x7fote\n", Word.PROMOTE, "promote or abort? "),
        ("nonsense\x15abort\n", Word.ABORT, "promote or abort? "),
        ("promote", None, "promote or abort? promote"),
        ("yes\n", None, "not 'yes': promote or abort? "),
        ("\n\n", None, "promote or abort? "),
        ("\x1b[A\t", None, "promote or abort? [A"),
    ],
)
def test_only_a_whole_word_and_enter_decide(keys: str, word: Word | None, shown: str) -> None:
    line = keyboard.Line()
    assert line.type(keys) is word
    assert str(line) == shown


def test_a_word_is_read_from_a_terminal_that_echoes_nothing_and_is_left_as_it_was() -> None:
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    shown: list[str] = []

    async def work() -> None:
        decisions = Decisions()
        async with background() as tasks:
            tasks.start_soon(keyboard.ask, theirs, decisions, shown.append)
            os.write(ours, b"promote\n")  # typed before anything was asked
            await clock.sleep(0.05)
            with decisions.open():
                await _until(lambda: not termios.tcgetattr(theirs)[3] & termios.ECHO)
                await clock.sleep(0.05)
                assert decisions.taken is None
                os.write(ours, b"abort\n")
                await decisions.made.wait()
            tasks.cancel_scope.cancel()
        assert decisions.taken == Decision(Word.ABORT, "the terminal")

    try:
        _run(work)
        assert termios.tcgetattr(theirs) == before
    finally:
        os.close(ours)
        os.close(theirs)
    assert shown[0] == "promote or abort? "


def test_a_terminal_is_asked_again_about_the_next_canary_and_its_approval_does_not_carry_over() -> (
    None
):
    ours, theirs = pty.openpty()

    def echoes() -> bool:
        return bool(termios.tcgetattr(theirs)[3] & termios.ECHO)

    async def work() -> None:
        decisions = Decisions()
        async with background() as tasks:
            tasks.start_soon(keyboard.ask, theirs, decisions, lambda _: None)
            for _ in range(2):
                with decisions.open():
                    await _until(lambda: not echoes())
                    await clock.sleep(0.05)
                    os.write(ours, b"promote\n")
                    await decisions.made.wait()
                await _until(echoes)
                assert not decisions.abort("too late")
                decisions.reopen()
                assert decisions.taken is None
            tasks.cancel_scope.cancel()

    try:
        _run(work)
    finally:
        os.close(ours)
        os.close(theirs)


def test_a_file_approves_once_asked_and_can_still_change_to_abort(tmp_path: Path) -> None:
    file = tmp_path / "decision"
    ignored: list[str] = []

    async def work() -> None:
        decisions = Decisions()
        async with background() as tasks:
            tasks.start_soon(decision_file.watch, file, decisions, ignored.append)
            await clock.sleep(0.05)
            file.write_text("perhaps\n")
            await _until(lambda: bool(ignored))
            assert decisions.taken is None
            file.write_text("promote\n")
            await _until(lambda: len(ignored) > 1)
            assert decisions.taken is None
            decisions.awaited.set()
            file.write_text("promote")
            await _until(lambda: decisions.taken == Decision(Word.PROMOTE, f"file {file}"))
            file.write_text("abort")
            await _until(lambda: decisions.taken == Decision(Word.ABORT, f"file {file}"))
            tasks.cancel_scope.cancel()

    _run(work)
    assert ignored == [
        f"file {file} doesn't say promote or abort",
        f"file {file} approves before anyone asked: write it again when asked",
    ]


def test_an_abort_is_of_every_canary() -> None:
    decisions = Decisions()
    assert decisions.abort("bob")
    decisions.closed.set()
    decisions.reopen()
    assert decisions.taken == Decision(Word.ABORT, "bob")


def test_a_file_that_is_there_already_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "decision"
    decision_file.require_absent(file)
    file.write_text("promote")
    with pytest.raises(UsageError) as caught:
        decision_file.require_absent(file)
    assert "Remove it" in caught.value.next_step


@pytest.mark.parametrize(
    ("number", "word"), [(signal.SIGUSR1, Word.PROMOTE), (signal.SIGUSR2, Word.ABORT)]
)
def test_a_signal_decides_and_says_when_it_is_too_late(number: signal.Signals, word: Word) -> None:
    ignored: list[str] = []

    async def work() -> None:
        decisions = Decisions()
        async with background() as tasks:
            tasks.start_soon(signals.listen, decisions, ignored.append)
            decisions.awaited.set()
            await clock.sleep(0.05)
            os.kill(os.getpid(), number)
            await decisions.made.wait()
            assert decisions.taken == Decision(word, number.name)
            decisions.closed.set()
            os.kill(os.getpid(), number)
            await _until(lambda: bool(ignored))
            tasks.cancel_scope.cancel()

    _run(work)
    assert ignored == [f"{number.name} came too late: the rollout is already decided"]


def test_a_signal_that_promotes_what_waits_for_nothing_is_noted() -> None:
    noted: list[str] = []

    async def work() -> None:
        decisions = Decisions()
        async with background() as tasks:
            tasks.start_soon(signals.listen, decisions, noted.append)
            await clock.sleep(0.05)
            os.kill(os.getpid(), signal.SIGUSR1)
            await _until(lambda: bool(noted))
            tasks.cancel_scope.cancel()
        assert decisions.taken is None

    _run(work)
    assert noted == ["SIGUSR1 decides only while the rollout waits for approval (--approve)"]


def test_an_abort_wins_whichever_comes_first() -> None:
    for first, second in ((Word.PROMOTE, Word.ABORT), (Word.ABORT, Word.PROMOTE)):
        decisions = Decisions()
        decisions.awaited.set()
        for word in (first, second):
            assert decisions.promote("ana") if word is Word.PROMOTE else decisions.abort("bob")
        assert decisions.taken is not None
        assert decisions.taken == Decision(Word.ABORT, "bob")
        decisions.closed.set()
        assert not decisions.promote("ana")
