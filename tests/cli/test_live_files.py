"""`cage diff` and `cage init` as users run them, against a served simulation."""

from __future__ import annotations

import json
import os
import pty
import signal
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cage.rehearsal.stage import Stage
from tests.command_line import CAGE, run_with
from tests.processes import PATIENCE_S, running
from tests.served import served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WEB = Path(__file__).parents[2] / "examples" / "web"
SECRET = "correct horse"  # noqa: S105  it stands for one


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    service = json.loads((WEB / "service.json").read_text())
    text = (WEB / "task-definition.json").read_text().replace("${IMAGE_TAG:-latest}", "latest")
    task = json.loads(text)
    container = task["containerDefinitions"][0]
    container["environment"] += [
        {"name": "DB_PASSWORD", "value": SECRET},
        {"name": "GREETING", "value": "hello ${NAME}"},
    ]
    stage = Stage(service, task)
    stage.bring_up()
    with served(stage) as address:
        yield address


@pytest.fixture
def cage(url: str, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(verb: str, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        known = {"PATH": os.environ["PATH"], "AWS_REGION": "us-east-1", "HOME": str(tmp_path)}
        known |= {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
        return run_with(known | environ, verb, "--endpoint-url", url, *arguments, cwd=tmp_path)

    return run


def test_what_init_writes_diff_finds_live(cage: Any, tmp_path: Path) -> None:
    wrote = cage("init", "--service", "web", "--cluster", "demo", "deploy/web")
    assert wrote.returncode == 0, wrote.stderr
    assert "Wrote deploy/web/service.json and deploy/web/task-definition.json" in wrote.stdout
    assert "1 value looks like a secret and isn't in the files. Set:" in wrote.stdout
    assert "  DB_PASSWORD  (task-definition.json: " in wrote.stdout
    assert wrote.stdout.endswith("Next: cage diff deploy/web\n")
    assert wrote.stderr == ""
    files = sorted(path.name for path in (tmp_path / "deploy" / "web").iterdir())
    assert files == ["service.json", "task-definition.json"]
    for name in files:
        assert (tmp_path / "deploy" / "web" / name).stat().st_mode & 0o777 == 0o600
    text = (tmp_path / "deploy/web/task-definition.json").read_text()
    assert '"${DB_PASSWORD}"' in text
    assert '"hello $${NAME}"' in text
    for said in (wrote.stdout, text):
        assert SECRET not in said
    unset = cage("diff", "deploy/web")
    assert unset.returncode == 2
    assert "DB_PASSWORD is not defined" in unset.stderr
    same = cage("diff", "deploy/web", "--exit-code", DB_PASSWORD=SECRET)
    assert same.returncode == 0, same.stderr
    assert same.stdout.splitlines()[-1] == "No changes: the files match the live service."
    other = cage("diff", "deploy/web", "--exit-code", DB_PASSWORD="other")  # noqa: S106
    assert other.returncode == 1
    assert "*** -> ***" in other.stdout
    assert other.stdout.endswith("1 change: 1 in the task definition\n")


def test_files_that_are_there_are_kept_unless_told_otherwise(cage: Any, tmp_path: Path) -> None:
    (tmp_path / "service.json").write_text("mine")
    kept = cage("init", "--service", "web", "--cluster", "demo")
    assert kept.returncode == 2
    assert "service.json already exists." in kept.stderr
    assert "--force" in kept.stderr
    assert (tmp_path / "service.json").read_text() == "mine"
    assert not (tmp_path / "task-definition.json").exists()
    forced = cage("init", "--service", "web", "--cluster", "demo", "--force")
    assert forced.returncode == 0, forced.stderr
    assert json.loads((tmp_path / "service.json").read_text())["serviceName"] == "web"


def test_another_file_of_the_kind_is_in_the_way_whatever_is_said(cage: Any, tmp_path: Path) -> None:
    (tmp_path / "service.yaml").write_text("mine")
    kept = cage("init", "--service", "web", "--cluster", "demo", "--force")
    assert kept.returncode == 2
    assert "service.yaml is in the way." in kept.stderr


def test_a_cage_json_says_where_the_files_go(cage: Any, tmp_path: Path) -> None:
    names = {"service_file": "ecs.json", "task_definition_file": "task.json"}
    (tmp_path / "cage.json").write_text(json.dumps(names))
    (tmp_path / "service.yaml").write_text("not: read")
    wrote = cage("init", "--cluster", "demo", "--service", "web")
    assert wrote.returncode == 0, wrote.stderr
    assert (tmp_path / "ecs.json").exists()
    assert (tmp_path / "task.json").exists()
    assert not (tmp_path / "service.json").exists()
    compared = cage("diff", "--exit-code", DB_PASSWORD=SECRET)
    assert compared.returncode == 0, compared.stdout + compared.stderr
    (tmp_path / "cage.json").write_text('{"service_file": "ecs.yaml"}')
    refused = cage("init", "--cluster", "demo", "--service", "web", "--force")
    assert refused.returncode == 2
    assert "specifies ecs.yaml, and init writes JSON" in refused.stderr
    (tmp_path / "cage.json").write_text('{"servce_file": "ecs.json"}')
    refused = cage("init", "--cluster", "demo", "--service", "web")
    assert refused.returncode == 2
    assert "Did you mean service_file?" in refused.stderr


def test_an_existing_service_file_names_the_service(cage: Any, tmp_path: Path) -> None:
    (tmp_path / "service.json").write_text('{"cluster": "demo", "serviceName": "web"}')
    wrote = cage("init", "--force")
    assert wrote.returncode == 0, wrote.stderr
    assert json.loads((tmp_path / "service.json").read_text())["desiredCount"] > 0


def test_a_place_that_cannot_be_written_is_said(cage: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    arguments = ("--service", "web", "--cluster", "demo")
    assert "file is not a directory." in cage("init", *arguments, "file").stderr
    inside = cage("init", *arguments, "file/inside")
    assert inside.returncode == 2
    assert "can't be written" in inside.stderr


def test_init_needs_to_know_the_service(cage: Any, tmp_path: Path) -> None:
    assert "--cluster" in cage("init", "--service", "web").stderr
    named = cage("init", "out", CAGE_CLUSTER="demo", CAGE_SERVICE="nobody")
    assert named.returncode == 3
    assert "Service nobody not found in cluster demo." in named.stderr
    assert not (tmp_path / "out").exists()


def test_differences_are_no_failure_unless_asked_for(cage: Any) -> None:
    found = cage("diff", str(WEB))
    assert found.returncode == 0
    assert '- containerDefinitions[web].environment[GREETING]: "hello ${NAME}"' in found.stdout
    assert "2 changes: 2 in the task definition" in found.stdout
    assert SECRET not in found.stdout
    assert "\x1b" not in found.stdout
    assert cage("diff", str(WEB), "--exit-code").returncode == 1


def test_a_program_reads_the_differences_as_json(cage: Any) -> None:
    found = json.loads(cage("diff", str(WEB), "--json").stdout)
    assert {change["in"] for change in found["changes"]} == {"task definition"}
    assert SECRET not in json.dumps(found)


def test_a_service_that_is_not_there_is_said_plainly(cage: Any) -> None:
    found = cage("diff", str(WEB), "--service", "shop", "--exit-code")
    assert found.returncode == 1
    assert found.stdout.startswith("Service shop not found in cluster demo, us-east-1: ")


def test_an_answer_of_no_is_an_error_and_not_a_difference(cage: Any) -> None:
    found = cage("diff", str(WEB), "--cluster", "nowhere", "--exit-code")
    assert found.returncode == 3
    assert "Cluster not found" in found.stderr
    assert found.stdout == ""


def test_the_current_directory_is_compared_if_none_is_named(cage: Any) -> None:
    found = cage("diff")
    assert found.returncode == 2
    assert "service.json not found in" in found.stderr


@pytest.mark.parametrize(("answer", "code"), [("n", 3), ("y", 0)])
def test_a_terminal_is_asked_before_files_are_overwritten(
    url: str, tmp_path: Path, answer: str, code: int
) -> None:
    (tmp_path / "service.json").write_text("mine")
    keyboard, terminal = pty.openpty()
    environ = {"PATH": os.environ["PATH"], "AWS_REGION": "us-east-1", "TERM": "xterm"}
    environ |= {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    line = [str(CAGE), "init", "--endpoint-url", url, "--cluster", "demo", "--service", "web"]
    with running(
        line, cwd=tmp_path, env=environ, stdin=terminal, stdout=terminal, stderr=terminal
    ) as process:
        os.close(terminal)
        asked = b""
        while b"[y/N]" not in asked:
            asked += os.read(keyboard, 1024)
        os.write(keyboard, f"{answer}\n".encode())
        assert process.wait(timeout=PATIENCE_S) == code
    os.close(keyboard)
    assert b"Overwrite service.json?" in asked
    assert ((tmp_path / "service.json").read_text() == "mine") is (code != 0)


def test_what_aws_has_and_cage_would_refuse_is_said(tmp_path: Path) -> None:
    service = {
        "cluster": "main",
        "serviceName": "web",
        "launchType": "EC2",
        "desiredCount": 1,
        "deploymentConfiguration": {"minimumHealthyPercent": 0, "maximumPercent": 50},
    }
    container = {"name": "web", "image": "web:1", "memory": 64}
    task = {"family": "web", "containerDefinitions": [container]}
    stage = Stage(service, task)
    stage.call("register_task_definition", **task)
    stage.call("create_service", **service, taskDefinition="web")
    environ = {"PATH": os.environ["PATH"], "AWS_REGION": "us-east-1", "HOME": str(tmp_path)}
    environ |= {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}

    def cage(*arguments: str) -> subprocess.CompletedProcess[str]:
        return run_with(environ, *arguments, cwd=tmp_path)

    with served(stage) as address:
        there = ("--endpoint-url", address)
        wrote = cage("init", *there, "--cluster", "main", "--service", "web")
        compared = cage("diff", *there, "--exit-code")
    assert wrote.returncode == 0
    assert "cage would refuse to send it as it is:" in wrote.stderr
    finding = "no deployment can complete. Raise maximumPercent, or lower minimumHealthyPercent"
    assert finding in wrote.stderr
    assert compared.returncode == 0, compared.stderr
    assert "No changes: the files match the live service." in compared.stdout
    assert "A rollout would refuse these files:" in compared.stderr
    assert finding in compared.stderr
    checked = cage("check", ".")
    assert checked.returncode == 1
    assert finding in checked.stdout


@pytest.mark.parametrize("verb", ["diff", "init"])
def test_an_interrupt_ends_a_question_that_gets_no_answer_at_once(
    tmp_path: Path, verb: str
) -> None:
    own = [str(WEB)] if verb == "diff" else ["--cluster", "demo", "--service", "web"]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        process = subprocess.Popen(
            [str(CAGE), verb, "--endpoint-url", address, *own],
            cwd=tmp_path,
            env={
                "PATH": os.environ["PATH"],
                "AWS_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "a",
                "AWS_SECRET_ACCESS_KEY": "b",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        silent.settimeout(PATIENCE_S)
        connection, _ = silent.accept()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE_S)
        connection.close()
    assert process.returncode == 130
    assert said.strip() == "Stopped before anything was changed."
    assert list(tmp_path.iterdir()) == []
