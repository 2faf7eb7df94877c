"""`cage check`, as people and CI jobs run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import ROOT, run

EXAMPLE = ROOT / "examples" / "web"


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A directory with an error in the one file, and an error and a comment in the other."""
    service = (EXAMPLE / "service.json").read_text().replace("desiredCount", "desirdCount")
    task = (EXAMPLE / "task-definition.json").read_text().replace("awsvpc", "aswvpc")
    (tmp_path / "service.json").write_text(service)
    (tmp_path / "task-definition.json").write_text("// ours\n" + task)
    return tmp_path


def test_good_files_are_one_line_and_exit_0() -> None:
    shown = run("check", "examples/web")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout == "examples/web can be used: no errors, no warnings.\n"


def test_everything_wrong_in_both_files_is_told_at_once(wrong: Path) -> None:
    shown = run("check", str(wrong))
    assert (shown.returncode, shown.stderr) == (1, "")
    errors, warnings, last = shown.stdout.split("\n\n")
    assert f"{wrong}/service.json:4:3: desirdCount: " in errors
    assert f"{wrong}/task-definition.json:4:18: networkMode: " in errors
    assert f"{wrong}/task-definition.json:1:1: comments were ignored" in warnings
    assert last == f"{wrong} can't be used: 2 errors, 1 warning.\n"


def test_a_warning_alone_exits_0(wrong: Path) -> None:
    (wrong / "service.json").write_text((EXAMPLE / "service.json").read_text())
    task = (wrong / "task-definition.json").read_text().replace("aswvpc", "awsvpc")
    (wrong / "task-definition.json").write_text(task)
    shown = run("check", str(wrong))
    assert shown.returncode == 0
    assert "no errors, 1 warning" in shown.stdout


def test_one_file_can_be_checked_alone(wrong: Path) -> None:
    (wrong / "task-definition.json").unlink()
    shown = run("check", str(wrong), "--only", "service")
    assert shown.returncode == 1
    assert "1 error, no warnings" in shown.stdout


def test_json_is_one_object_and_nothing_else(wrong: Path) -> None:
    shown = run("check", str(wrong), "--json", GITHUB_ACTIONS="true")
    assert shown.returncode == 1
    assert [one["path"] for one in json.loads(shown.stdout)["findings"]] == [
        "desirdCount", "", "networkMode",
    ]  # fmt: skip
    assert shown.stderr.count("::error ") == 2


@pytest.mark.parametrize(
    ("flags", "variables"), [(["--github"], {}), ([], {"GITHUB_ACTIONS": "true"})]
)
def test_github_gets_annotations(wrong: Path, flags: list[str], variables: dict[str, str]) -> None:
    shown = run("check", ".", *flags, cwd=wrong, **variables)
    assert shown.returncode == 1
    lines = shown.stdout.splitlines()
    assert lines[0].startswith("::error file=service.json,line=4,col=3,title=desirdCount::")
    assert lines[1].startswith("::warning file=task-definition.json,line=1,col=1,")
    assert lines[3:] == [". can't be used: 2 errors, 1 warning."]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("check",), "directory"),
        (("check", "nowhere"), "nowhere is not a directory"),
        (("check", "examples/web/service.json"), "is a file."),
        (("check", "examples/web", "--only", "tasks"), "service"),
    ],
)
def test_a_mistake_is_told_as_usage(arguments: tuple[str, ...], says: str) -> None:
    shown = run(*arguments)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert says in shown.stderr


def test_an_empty_folder_says_what_belongs_there(tmp_path: Path) -> None:
    shown = run("check", str(tmp_path))
    assert shown.returncode == 1
    assert "which contains nothing" in shown.stdout
    assert "register-task-definition" in shown.stdout


def test_the_files_may_have_other_names_by_flag_or_by_cage_json(tmp_path: Path) -> None:
    names = {"service_file": "svc.json", "task_definition_file": "task.json"}
    (tmp_path / "svc.json").write_text((EXAMPLE / "service.json").read_text())
    (tmp_path / "task.json").write_text((EXAMPLE / "task-definition.json").read_text())
    flags = ["--service-file", "svc.json", "--task-definition-file", "task.json"]
    assert run("check", ".", *flags, cwd=tmp_path).returncode == 0
    assert run("check", ".", cwd=tmp_path).returncode == 1
    (tmp_path / "cage.json").write_text(json.dumps({**names, "service_file": "absent.json"}))
    assert run("check", ".", *flags[:2], cwd=tmp_path).returncode == 0
    shown = run("check", ".", cwd=tmp_path)
    assert shown.returncode == 1
    assert "absent.json not found" in shown.stdout


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("ecs.tf", 'resource "aws_ecs_service" "web" {}\n', "seems to be a Terraform file"),
        (
            "template.yaml",
            "Resources:\n  Web: {Type: AWS::ECS::Service, Properties: !Ref X}\n",
            "is a CloudFormation template",
        ),
        ("task.json", "", "is a task definition, not a service. Name it task-definition.json"),
    ],
)
def test_a_named_file_that_is_something_else_is_recognised_and_named(
    tmp_path: Path, name: str, text: str, words: str
) -> None:
    task = (EXAMPLE / "task-definition.json").read_text()
    (tmp_path / "task-definition.json").write_text(task)
    (tmp_path / name).write_text(text or task)
    for how in ("flag", "cage.json"):
        flags = ["--service-file", name] if how == "flag" else []
        if not flags:
            (tmp_path / "cage.json").write_text(json.dumps({"service_file": name}))
        shown = run("check", ".", *flags, "--only", "service", cwd=tmp_path)
        assert shown.returncode == 1
        assert f"{name}:1:1: the file {words}" in shown.stdout
        assert "1 error, no warnings" in shown.stdout


@pytest.fixture
def looked_up(tmp_path: Path) -> Path:
    """A directory whose files hang on lookups."""
    service = json.loads((EXAMPLE / "service.json").read_text())
    service["cluster"] = "${cfn:net.Cluster}"
    task = json.loads((EXAMPLE / "task-definition.json").read_text())
    task["containerDefinitions"][0]["environment"] = [{"name": "A", "value": "${ssm:/a}"}]
    (tmp_path / "service.json").write_text(json.dumps(service))
    (tmp_path / "task-definition.json").write_text(json.dumps(task))
    return tmp_path


def test_lookups_are_not_asked_but_must_be_well_written(looked_up: Path) -> None:
    shown = run("check", str(looked_up))
    assert (shown.returncode, shown.stderr) == (0, "")
    task = (looked_up / "task-definition.json").read_text().replace("ssm:/a", "cfn:net")
    (looked_up / "task-definition.json").write_text(task)
    shown = run("check", str(looked_up))
    assert shown.returncode == 1
    assert "the stack's name and the output are missing. Write ${cfn:stack.Output}" in shown.stdout


def test_a_rehearsal_asks_no_lookups_and_a_rollout_tells_all_that_fail(looked_up: Path) -> None:
    assert run("rehearse", str(looked_up)).returncode == 0
    shown = run("render", str(looked_up), AWS_REGION="us-east-1")
    assert (shown.returncode, shown.stdout) == (2, "")
    assert shown.stderr.count("No AWS credentials were found") == 2
    service = (looked_up / "service.json").read_text()
    number = service.replace('"desiredCount": 3', '"desiredCount": ${tfstate:output.count}')
    (looked_up / "service.json").write_text(number)
    shown = run("rehearse", str(looked_up))
    assert shown.returncode == 2
    assert "desiredCount: the value is unknown" in shown.stderr


def test_a_terraform_state_is_named_by_flag_variable_or_cage_json(looked_up: Path) -> None:
    state = {"version": 4, "outputs": {"cluster": {"value": "blue"}}, "resources": []}
    (looked_up / "my.tfstate").write_text(json.dumps(state))
    service = (looked_up / "service.json").read_text()
    wanted = service.replace("cfn:net.Cluster", "tfstate:output.cluster")
    (looked_up / "service.json").write_text(wanted)
    command = ("render", str(looked_up), "--only", "service")
    path = str(looked_up / "my.tfstate")
    assert "no Terraform state is specified" in run(*command).stderr
    assert '"cluster": "blue"' in run(*command, "--tfstate", path).stdout
    assert '"cluster": "blue"' in run(*command, CAGE_TFSTATE=path).stdout
    (looked_up / "cage.json").write_text('{"tfstate": "my.tfstate"}')
    assert '"cluster": "blue"' in run(*command).stdout
