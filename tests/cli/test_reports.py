"""The output of a command, whatever ends it and whoever reads it."""

from __future__ import annotations

import json
import os
import pty
import signal
import socket
import subprocess
from typing import TYPE_CHECKING, Any

import click
import pytest

from cage.cli.app import app
from cage.cli.app import run as start
from cage.rehearsal.script import Script
from cage.verbs.verb import verbs
from tests.command_line import CAGE, ROOT, run
from tests.processes import PATIENCE_S, running
from tests.served import served

if TYPE_CHECKING:
    from pathlib import Path

WEB = "examples/web"
REGION = "us-east-1"
KEYS = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
PLACE = ("--cluster", "main", "--service", "web")


def ended(stdout: str) -> dict[str, Any]:
    """The last line of a stream, which says how the command ended."""
    last: dict[str, Any] = json.loads(stdout.splitlines()[-1])
    assert last["event"] == "ended"
    return last


def _definitions(folder: Path) -> tuple[Path, Path]:
    """Write the example's files, without variables."""
    for name in ("service.json", "task-definition.json"):
        text = (ROOT / WEB / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace("${IMAGE_TAG:-latest}", "latest"))
    return folder / "service.json", folder / "task-definition.json"


def with_json() -> list[str]:
    context = click.Context(app)
    found = [(verb.name, app.get_command(context, verb.name)) for verb in verbs()]
    return [n for n, c in found if c and any("--json" in p.opts for p in c.get_params(context))]


@pytest.mark.parametrize("verb", with_json())
def test_a_usage_error_is_the_last_line_of_every_json_stream(verb: str) -> None:
    shown = run(verb, "--json", "--no-such-option", AWS_REGION=REGION)
    last = ended(shown.stdout)
    assert (last["command"], last["kind"], last["exit_code"]) == (verb, "usage-error", 2)
    assert shown.returncode == 2
    assert "--no-such-option" in last["what"]
    assert f"cage {verb} --help" in last["next_step"]
    assert "--no-such-option" in shown.stderr


@pytest.mark.parametrize(
    ("arguments", "kind", "code"),
    [
        (("rollout", "nowhere", "--json"), "definition-error", 2),
        (("rollout", "nowhere", "--report", "json"), "definition-error", 2),
        (("rollout", "nowhere", "--report=json"), "definition-error", 2),
        (("rollout", WEB, "--json", "--report", "plain"), "usage-error", 2),
        (("rollout", WEB, "--json", "--profile", "nobody"), "usage-error", 2),
        (("rollout", WEB, "--json"), "aborted", 3),
        (("resume", WEB, "--json"), "aborted", 3),
        (("rollback", *PLACE, "--json"), "aborted", 3),
        (("up", WEB, "--json", "--yes"), "aborted", 3),
        (("sweep", "--cluster", "main", "--json"), "credentials-error", 3),
        (("status", *PLACE, "--json"), "credentials-error", 3),
        (("status", *PLACE, "--json", "--watch"), "credentials-error", 3),
        (("promote", *PLACE, "--json"), "credentials-error", 3),
        (("abort", *PLACE, "--json"), "credentials-error", 3),
        (("diff", WEB, "--json"), "credentials-error", 3),
        (("verify", WEB, "--json"), "credentials-error", 3),
        (("rehearse", WEB, "--json", "--incident", "flood"), "usage-error", 2),
        (("rolout", "--json"), "usage-error", 2),
    ],
)
def test_whatever_ends_a_command_is_the_last_line_of_its_json(
    arguments: tuple[str, ...], kind: str, code: int
) -> None:
    shown = run(*arguments, AWS_REGION=REGION)
    last = ended(shown.stdout)
    assert (last["kind"], last["exit_code"], shown.returncode) == (kind, code, code)
    assert last["what"]
    assert shown.stderr


def test_a_command_that_prints_one_object_prints_one_also_when_it_fails() -> None:
    shown = run("status", *PLACE, "--json", AWS_REGION=REGION)
    assert shown.stdout.count("\n") == 1


def test_without_json_a_usage_error_leaves_stdout_empty() -> None:
    shown = run("rollout", "nowhere", AWS_REGION=REGION)
    assert shown.stdout == ""


def test_a_report_in_a_file_leaves_the_lines_on_stdout(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    shown = run("rollout", WEB, "--report", f"json={file}", AWS_REGION=REGION)
    assert shown.returncode == 3
    assert shown.stdout.rstrip().endswith("Service web was NOT changed.")
    records = [json.loads(line) for line in file.read_text().splitlines()]
    assert records[0]["event"] == "operation-started"
    assert ended(file.read_text())["kind"] == "aborted"


def test_a_rehearsal_writes_the_same_events_to_a_file_as_to_stdout(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    shown = run("rehearse", WEB, "--report", "json", "--report", f"plain={file}")
    assert shown.returncode == 0, shown.stderr
    assert ended(shown.stdout)["exit_code"] == 0
    plain = run("rehearse", WEB)
    assert file.read_text() in plain.stdout


def test_a_file_that_cannot_be_written_is_a_usage_error_before_anything_starts() -> None:
    shown = run("rollout", WEB, "--report", "json=nowhere/events.jsonl", AWS_REGION=REGION)
    assert shown.returncode == 2
    assert "can't be written to nowhere/events.jsonl: No such file" in shown.stderr
    assert shown.stdout == ""


def at(silent: socket.socket, verb: str, *more: str) -> tuple[list[str], dict[str, str]]:
    """A command whose first call never gets an answer."""
    url = f"http://127.0.0.1:{silent.getsockname()[1]}"
    environ = {"PATH": os.environ["PATH"], "AWS_REGION": REGION, **KEYS}
    return [str(CAGE), verb, WEB, "--endpoint-url", url, *more], environ


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_is_the_last_line_of_a_json_stream(name: str, code: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        command, environ = at(silent, "rollout", "--json")
        with running(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE) as process:
            silent.settimeout(PATIENCE_S)
            connection, _ = silent.accept()
            process.send_signal(getattr(signal, name))
            said, _ = process.communicate(timeout=PATIENCE_S)
            connection.close()
    assert process.returncode == code
    last = ended(said)
    assert (last["kind"], last["exit_code"]) == ("interrupted", code)


@pytest.mark.parametrize("errors", ["apart", "in the same pipe"])
def test_a_pipe_without_a_reader_delays_neither_the_rollout_nor_its_end(errors: str) -> None:
    """The pipe is full from the start: each line that is written to it blocks for ever."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    try:
        while True:
            os.write(writing, b"x" * 4096)
    except BlockingIOError:
        os.set_blocking(writing, True)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        command, environ = at(silent, "rollout", "--json")
        stderr = subprocess.PIPE if errors == "apart" else writing
        with running(command, cwd=ROOT, env=environ, stdout=writing, stderr=stderr) as process:
            silent.settimeout(PATIENCE_S)
            connection, _ = silent.accept()  # the rollout has begun
            process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=PATIENCE_S)[1]
            connection.close()
    os.close(writing)
    os.close(reading)
    assert process.returncode == 130
    if errors == "apart":
        assert "Service web was NOT changed." in said
        assert said.rstrip().endswith("A report is incomplete: it took too long to write.")


def test_a_bug_in_cage_is_the_last_line_of_a_json_stream(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("surprise")

    monkeypatch.setattr(app, "main", broken)
    assert start(["rollout", WEB, "--json"]) == 1
    out, errors = capsys.readouterr()
    last = ended(out)
    assert (last["kind"], last["exit_code"]) == ("internal-error", 1)
    assert "KeyError: 'surprise'" in last["what"]
    assert "Internal error: KeyError" in errors
    assert "Traceback" not in errors


def test_ctrl_c_before_anything_starts_is_the_last_line_of_a_json_stream() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        command, environ = at(silent, "diff", "--json")
        with running(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE) as process:
            silent.settimeout(60)
            connection, _ = silent.accept()
            process.send_signal(signal.SIGINT)
            said, _ = process.communicate(timeout=60)
            connection.close()
    assert process.returncode == 130
    assert (ended(said)["kind"], ended(said)["exit_code"]) == ("stopped", 130)


def test_the_answer_no_is_the_last_line_of_a_json_file(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    stage = Script.of(*(json.loads(f.read_text()) for f in _definitions(tmp_path))).stage()
    command = [str(CAGE), "rollout", str(tmp_path), "--report", f"json={file}"]
    terminal, its_end = pty.openpty()
    environ = {"PATH": os.environ["PATH"], "AWS_REGION": REGION, "TERM": "xterm", **KEYS}
    streams = {"stdin": its_end, "stdout": its_end, "stderr": its_end}
    with (
        served(stage) as url,
        running([*command, "--endpoint-url", url], cwd=ROOT, env=environ, **streams) as process,
    ):
        os.close(its_end)
        said = b""
        while b"[y/N]" not in said:
            said += os.read(terminal, 4096)
        os.write(terminal, b"n\n")
        assert process.wait(timeout=PATIENCE_S) == 3
    os.close(terminal)
    (line,) = file.read_text().splitlines()
    assert (ended(line)["kind"], ended(line)["exit_code"]) == ("declined-error", 3)
