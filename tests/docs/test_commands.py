"""Every command on a page is one that the program takes, and runs where it needs no AWS."""

from __future__ import annotations

import functools
import re
import shlex
import shutil

import botocore.session
import click
import pytest
from botocore import xform_name
from botocore.model import ServiceModel

from cage.cli.app import app
from docsite.project import ROOT
from tests.docs.pages import Command, commands, every_command, printed
from tests.endpoint.locally import WEB, served

HERE = {"check", "help", "policy", "rehearse", "render", "schema"}
"""Commands that need no AWS."""

LOOKS = {"diff", "init", "status", "sweep", "verify"}
"""Commands that leave a steady service as it is, and take no time."""

OTHERS = re.compile(
    r"python3 -m pip install (\.|'\.\[local\]')|python3 -m http\.server --directory site"
    r"|\.venv/bin/pytest -q tests/docs"
)
"""Commands of other programs, which the tests don't look into."""

ANYWHERE = {"region", "profile", "query", "output"}
"""Options of the aws CLI that every command takes."""

ALL_INCIDENTS = "cage rehearse examples/web --incident all"
"""It takes as long as all others; the tests of the command line run it."""


def options(command: click.Command) -> set[str]:
    return {name for param in command.params for name in param.opts if name.startswith("-")}


def command_of(name: str) -> click.Command:
    command = app.get_command(click.Context(app), name)
    assert command is not None, f"cage has no command {name}"
    return command


def rehearsal_of(command: Command) -> list[str] | None:
    """The rehearsal of a rollout on a page; None if a rehearsal lacks one of its options."""
    _, name, *arguments = command.words
    flags = {word.partition("=")[0] for word in arguments if word.startswith("--")}
    directory = [word for word in arguments if word == "deploy/web"]
    if name != "rollout" or not directory or flags - options(command_of("rehearse")):
        return None
    return ["rehearse", *arguments]


def runnable() -> list[str]:
    """The commands of the pages that can run here, each once; `deploy/web` is the example."""
    found = []
    for command in commands("cage"):
        words = command.words[1:] if command.words[1] in HERE else rehearsal_of(command)
        if words:
            words = ["examples/web" if word == "deploy/web" else word for word in words]
            found.append(shlex.join(["cage", *words]))
    return [line for line in dict.fromkeys(found) if line != ALL_INCIDENTS]


@functools.cache
def model(service: str) -> ServiceModel:
    return ServiceModel(botocore.session.Session().get_service_data(service), service)


@pytest.mark.parametrize("command", commands("cage"), ids=lambda command: command.line)
def test_a_command_of_cage_is_one_that_it_takes(command: Command) -> None:
    name, *arguments = command.words[1:]
    if name.startswith("-"):
        assert command.words[1:] in (["--version"], ["--help"])
        return
    if arguments != ["--help"]:
        assert command_of(name).make_context(name, arguments).args == []


@pytest.mark.usefixtures("clone")
@pytest.mark.parametrize("line", runnable())
def test_a_command_that_needs_no_aws_runs_and_ends_well(line: str) -> None:
    assert printed(line)


@pytest.mark.usefixtures("clone")
def test_a_command_that_only_looks_at_a_steady_service_ends_well_on_the_local_ecs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copytree("examples/web", "deploy/web")
    with served(str(WEB)) as env:
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        for command in commands("cage"):
            if command.words[1] in LOOKS:
                again = ["--force"] if command.words[1] == "init" else []
                printed(shlex.join([*command.words, *again]))


@pytest.mark.parametrize("command", commands("aws"), ids=lambda command: command.line)
def test_a_command_of_the_aws_cli_names_an_operation_and_its_parameters(command: Command) -> None:
    _, service, operation, *arguments = command.words
    operations = {xform_name(name, "-"): name for name in model(service).operation_names}
    shape = model(service).operation_model(operations[operation]).input_shape
    known = {xform_name(name, "-") for name in (shape.members if shape else ())}
    given = {word.removeprefix("--") for word in arguments if word.startswith("--")}
    assert given <= known | ANYWHERE


@pytest.mark.parametrize("command", commands("make"), ids=lambda command: command.line)
def test_a_target_of_make_is_in_the_makefile(command: Command) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = [word for word in command.words[1:] if "=" not in word]
    assert [t for t in targets if not re.search(rf"^{re.escape(t)}:", makefile, re.MULTILINE)] == []


def test_no_page_has_a_command_of_another_program() -> None:
    checked = {"cage", "aws", "make"}
    others = [c for c in every_command() if c.words[0] not in checked]
    assert [c for c in others if not OTHERS.fullmatch(c.line)] == []
