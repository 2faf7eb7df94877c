"""The command line as users and CI jobs meet it: in a pipe, with mistakes, without AWS."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from cage._version import __version__
from cage.cli.overview import overview
from cage.command.exit_codes import exit_code
from cage.model.outcome import (
    Aborted,
    Interrupted,
    NothingToDo,
    Promoted,
    RolledBack,
    Superseded,
    Unproven,
)
from cage.verbs.verb import verbs
from tests.command_line import CAGE, ROOT, run
from tests.processes import PATIENCE_S


def test_help_lists_every_verb() -> None:
    shown = run("--help")
    assert shown.returncode == 0
    assert shown.stdout == overview()
    for verb in verbs():
        assert verb.summary in shown.stdout


@pytest.mark.parametrize("verb", [verb.name for verb in verbs()])
def test_every_verb_has_its_own_help(verb: str) -> None:
    shown = run(verb, "--help")
    assert shown.returncode == 0
    assert "Exit codes" in shown.stdout
    assert "Traceback" not in shown.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("rolout",), "No such command 'rolout'. Did you mean rollout?"),
        (("Check", "x"), "Did you mean check?"),
        (("deploy",), "No such command 'deploy'. Did you mean rollout?"),
        (("apply",), "Did you mean rollout?"),
        (("create",), "Did you mean up?"),
        (("examples/web",), "Specify a command first: cage check examples/web"),
        (("--verson",), "No such option '--verson'. Did you mean --version?"),
        (("rollout", "--clutser", "x"), "No such option '--clutser'. Did you mean --cluster?"),
        (("rollout",), "nothing to roll out"),
        (("rollout", "nowhere"), "directory nowhere not found"),
        (("up",), "directory"),
        (("render",), "directory"),
        (("rehearse",), "directory"),
        (("sweep",), "No cluster specified"),
        (("resume",), "No cluster specified"),
        (("resume", "nowhere"), "directory nowhere not found"),
        (("resume", "--task-definition-arn", "web:2"), "No such option"),
        (("init", "--cluster", "main"), "No service specified"),
        (("sweep", "--cluster", "main", "--dryrun"), "No such option"),
        (
            ("rehearse", "examples/web", "--incident", "flood"),
            "Incident flood not found",
        ),
        (
            ("local", "examples/web", "--incident", "bad-imag"),
            "Did you mean bad-image?",
        ),
        (("rollout", "examples/web", "--task-running-timeout", "soon"), "soon"),
    ],
)
def test_a_mistake_costs_a_few_lines_and_changes_nothing(
    arguments: tuple[str, ...], says: str
) -> None:
    shown = run(*arguments, AWS_REGION="us-east-1")
    assert shown.returncode == 2
    assert says in shown.stderr
    assert "Traceback" not in shown.stderr
    can_change = {verb.name for verb in verbs() if verb.changes}
    assert ("Nothing was changed." in shown.stderr) == (arguments[0] in can_change)
    assert shown.stdout == ""


@pytest.mark.parametrize("verb", ["rollout", "up"])
def test_that_nothing_was_changed_is_said_once_of_files_that_cannot_be_used(
    verb: str, tmp_path: Path
) -> None:
    shown = run(verb, str(tmp_path), AWS_REGION="us-east-1")
    assert shown.returncode == 2
    assert shown.stderr.lower().count("nothing was changed") == 1


@pytest.mark.parametrize("verb", ["init", "status", "resume", "sweep"])
def test_without_a_directory_the_message_names_it_before_the_flag(verb: str) -> None:
    shown = run(verb, AWS_REGION="us-east-1")
    assert shown.returncode == 2
    assert "No cluster specified." in shown.stderr
    assert "Specify DIR, the directory of service.json, or pass --cluster." in shown.stderr


@pytest.mark.parametrize("verb", ["rollout", "resume"])
@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("CAGE_WAIT_FOR_TURN", "soon", "CAGE_WAIT_FOR_TURN is not a number of seconds of at"),
        ("CAGE_LOCK", "maybe", "CAGE_LOCK is not yes or no: 'maybe'."),
    ],
)
def test_a_variable_that_holds_nonsense_is_named(
    verb: str, name: str, value: str, says: str
) -> None:
    shown = run(verb, "examples/web", cwd=ROOT, AWS_REGION="us-east-1", **{name: value})
    assert shown.returncode == 2
    assert says in shown.stderr


def test_without_a_region_it_says_how_to_name_one() -> None:
    place = ("--cluster", "main", "--service", "web", "--task-definition-arn", "web:1")
    shown = run("rollout", *place)
    assert shown.returncode == 2
    assert "--region" in shown.stderr


def test_without_credentials_the_rollout_is_aborted_with_a_cause() -> None:
    shown = run("rollout", "examples/web", AWS_REGION="us-east-1")
    assert shown.returncode == 3
    assert "No AWS credentials" in shown.stdout
    assert shown.stdout.rstrip().endswith("Service web was NOT changed.")


def test_an_unknown_profile_is_one_line() -> None:
    shown = run("rollout", "examples/web", "--profile", "nobody", "--region", "us-east-1")
    assert shown.returncode == 2
    assert "nobody" in shown.stderr
    assert "Traceback" not in shown.stderr


def test_an_endpoint_that_does_not_answer_is_inconclusive_and_said_so() -> None:
    shown = run(
        "rollout",
        "examples/web",
        "--endpoint-url",
        "http://127.0.0.1:9",
        AWS_REGION="us-east-1",
        AWS_ACCESS_KEY_ID="a",
        AWS_SECRET_ACCESS_KEY="b",  # noqa: S106
    )
    assert shown.returncode == 3
    assert "(inconclusive)" in shown.stdout


def test_an_undefined_name_in_a_file_lists_all_of_them(tmp_path: Path) -> None:
    for name in ("service.json", "task-definition.json"):
        text = (ROOT / "examples/web" / name).read_text()
        (tmp_path / name).write_text(text.replace('"web"', '"${FIRST}${SECOND}"', 1))
    shown = run("rollout", str(tmp_path), AWS_REGION="us-east-1")
    assert shown.returncode == 2
    assert "FIRST" in shown.stderr
    assert "SECOND" in shown.stderr


def test_a_rehearsal_in_a_pipe_has_no_control_characters() -> None:
    shown = run("rehearse", "examples/web")
    assert shown.returncode == 0, shown.stderr
    assert not [c for c in shown.stdout if c != "\n" and not c.isprintable()]
    assert "confirmed running web:2" in shown.stdout


def test_every_row_of_all_incidents_leaves_the_service_untouched_or_put_back() -> None:
    shown = run("rehearse", "examples/web", "--incident", "all")
    assert shown.returncode == 0, shown.stderr
    rows = {line.split()[0]: line for line in shown.stdout.split("incident  ")[-1].splitlines()[2:]}
    assert rows["bad-image"].split()[1:3] == ["Aborted", "no"]
    assert "rolled back" in rows["crash-after-promotion"]
    assert set(rows) >= {"none", "security-group", "slow-start", "no-capacity", "throttling"}


def test_json_lines_carry_schema_event_time_and_id() -> None:
    shown = run("rehearse", "examples/web", "--json")
    records = [json.loads(line) for line in shown.stdout.splitlines()]
    assert {r["schema"] for r in records} == {2}
    assert records[0]["event"] == "operation-started"
    *_, finished, ended = records
    assert finished["event"] == "operation-finished"
    assert finished["outcome"]["kind"] == "promoted"
    assert len({r["rollout_id"] for r in records[:-1]}) == 1
    assert (ended["event"], ended["kind"], ended["exit_code"]) == ("ended", "completed", 0)


def test_the_old_spellings_are_still_understood() -> None:
    shown = run(
        "rehearse", "examples/web", "--taskRunningTimeout", "1", "--canaryInstanceArn", "auto"
    )
    assert "(inconclusive)" in shown.stdout


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Promoted("r", "d"), 0),
        (NothingToDo("m"), 0),
        (Aborted("check", "R", "m"), 3),
        (RolledBack("ECS", "r", "R", "m"), 4),
        (Superseded("d", "R", "m"), 5),
        (Unproven("R", "m"), 5),
        (Interrupted("SIGINT", service_changed=False, message=""), 130),
        (Interrupted("SIGTERM", service_changed=True, message=""), 143),
    ],
)
def test_every_end_has_its_exit_code(outcome: object, code: int) -> None:
    assert exit_code(outcome) == code  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_ends_a_call_that_gets_no_answer_at_once(name: str, code: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        process = subprocess.Popen(
            [str(CAGE), "rollout", "examples/web", "--endpoint-url", f"http://127.0.0.1:{port}"],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "AWS_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "a",
                "AWS_SECRET_ACCESS_KEY": "b",
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        silent.settimeout(PATIENCE_S)
        connection, _ = silent.accept()
        process.send_signal(getattr(signal, name))
        said, _ = process.communicate(timeout=PATIENCE_S)
        connection.close()
    assert process.returncode == code
    assert said.rstrip().endswith("Service web was NOT changed.")


def test_files_that_break_by_themselves_fail_their_rehearsal(tmp_path: Path) -> None:
    for name in ("service.json", "task-definition.json"):
        (tmp_path / name).write_text((ROOT / "examples" / "web" / name).read_text())
    path = tmp_path / "task-definition.json"
    definition = json.loads(path.read_text())
    definition["containerDefinitions"][0]["command"] = ["false"]
    path.write_text(json.dumps(definition))
    shown = run("rehearse", str(tmp_path))
    assert shown.returncode == 1
    assert "Service web was NOT changed." in shown.stdout
    assert "Without an incident the rollout isn't promoted" in shown.stderr


def test_a_reader_that_goes_away_gets_no_traceback() -> None:
    line = f"({CAGE} rehearse examples/web --json; echo $? >&2) | head -1"
    shown = subprocess.run(
        ["/bin/sh", "-c", line], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert shown.stdout.count("\n") == 1
    assert "Traceback" not in shown.stderr
    assert "Exception ignored" not in shown.stderr
    assert shown.stderr.splitlines()[-1] in {"0", "141"}


@pytest.mark.parametrize(
    "arguments",
    [("--version",), ("-V",), ("version",), ("--version", "rollout"), ("-V", "--debug")],
)
def test_the_version_is_printed_however_it_is_asked_for(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).stdout == f"cage {__version__}\n"


def test_python_m_cage_works() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "cage", "help", "rollout"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.startswith("Usage: cage rollout [OPTIONS] [DIR]")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_asks_cage_itself(shell: str) -> None:
    script = run("completion", shell).stdout
    assert "_CAGE_COMPLETE" in script
    assert "cage" in script


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("cage rollou", "rollout"),
        ("cage rollout --on-fail", "--on-failure"),
        ("cage rollout --on-failure k", "keep"),
        ("cage completion z", "zsh"),
        ("cage rehearse --incident bad-im", "bad-image"),
        ("cage local --incident al", "alarm-already"),
        ("cage rollout --report ter", "terminal"),
        ("cage help BelowF", "BelowFloor"),
    ],
)
def test_completion_knows_commands_flags_and_words(words: str, expected: str) -> None:
    number = str(len(words.split()) - 1)
    shown = run(_CAGE_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=number)
    assert f"plain,{expected}" in shown.stdout.splitlines()


def test_the_current_directory_is_the_default_where_it_holds_the_files(tmp_path: Path) -> None:
    assert run("check", cwd=tmp_path).returncode == 2
    for name in ("service.json", "task-definition.json"):
        (tmp_path / name).write_text((ROOT / "examples" / "web" / name).read_text())
    shown = run("check", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "can be used" in shown.stdout
