"""The README says what is so: its commands, flags, table, example and policy are checked."""

from __future__ import annotations

import functools
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from cage.cli.app import app
from cage.cli.catalogue import VERBS
from cage.policy.catalogue import FEATURES

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
COMMANDS = [
    line
    for language, text in BLOCKS
    if language == "sh"
    for line in text.splitlines()
    if line.startswith("cage ")
]
REHEARSALS = [line for line in COMMANDS if line.startswith("cage rehearse ")]


def command_of(verb: str) -> click.Command:
    command = app.get_command(click.Context(app), verb)
    assert command is not None, f"cage has no verb {verb}"
    return command


def options_of(verb: str) -> set[str]:
    command = command_of(verb)
    params = command.get_params(click.Context(command))
    return {o for p in params if isinstance(p, click.Option) for o in p.opts} | {"-h", "--help"}


def section_of(heading: str) -> str:
    found = re.search(rf"^#+ {heading}\n(.*?)(?=^#|\Z)", README, re.DOTALL | re.MULTILINE)
    assert found is not None, f"the README has no section {heading}"
    return found[1]


def rows_of(verb: str) -> dict[str, list[str]]:
    """The cells of each flag's row in the verb's table, by the flag."""
    lines = [s for s in section_of(f"cage {verb}").splitlines() if s.startswith("| `")]
    cells = [[cell.strip() for cell in s.strip("|").split("|")] for s in lines]
    return {row[0].split("`")[1]: row for row in cells}


def block_of(language: str, heading: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", section_of(heading), re.DOTALL)
    assert found is not None, f"section {heading} has no {language} block"
    return found[1]


@functools.cache
def run(line: str) -> subprocess.CompletedProcess[str]:
    program, *arguments = shlex.split(line)
    script = Path(sys.executable).with_name(program)
    return subprocess.run(
        [script, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_in_the_readme_is_one_that_cage_takes(line: str) -> None:
    _, verb, *arguments = shlex.split(line.partition(" > ")[0])
    command = command_of(verb)
    context = command.make_context(verb, arguments)
    assert context.args == []


@pytest.mark.parametrize("verb", [verb.name for verb in VERBS])
def test_the_table_of_a_verb_lists_its_options_and_no_others(verb: str) -> None:
    listed = set(re.findall(r"`(--?[A-Za-z][A-Za-z-]*)`", section_of(f"cage {verb}")))
    assert listed == options_of(verb)


@pytest.mark.parametrize("verb", [verb.name for verb in VERBS])
def test_the_table_of_a_verb_names_variables_and_defaults_as_the_help_does(verb: str) -> None:
    text = " ".join(run(f"cage {verb} --help").stdout.split())
    for option, row in rows_of(verb).items():
        entry = re.search(rf" {option}\b(.*?)(?= --|\Z)", text)
        told = entry[1] if entry else ""
        variables = re.search(r"\[env: (.*?)\]", told)
        if variables:
            assert re.findall(r"`(\w+)`", row[2]) == variables[1].split(", "), option
        default = re.search(r"\[default: (.*?)\]", told)
        if default:
            assert row[3] == default[1], option


@pytest.mark.parametrize("line", REHEARSALS)
def test_a_rehearsal_in_the_readme_runs_and_ends_well(line: str) -> None:
    done = run(line)
    assert done.returncode == 0, done.stderr


def test_the_table_of_incidents_is_made_of_lines_that_the_rehearsal_prints() -> None:
    printed = run("cage rehearse examples/web --incident all").stdout.splitlines()
    shown = block_of("text", "Rehearse incidents").splitlines()
    assert [row for row in shown if row not in printed] == []


def test_the_demo_in_the_readme_is_made_of_lines_that_it_prints() -> None:
    recipe = re.search(
        r"^demo:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE
    )
    assert recipe is not None
    lines = [line.strip().removeprefix("$(BIN)/") for line in recipe[1].splitlines()]
    printed = [row for line in lines for row in run(line).stdout.splitlines()]
    shown = block_of("text", "Two commands").splitlines()
    assert [row for row in shown if row not in printed] == []


def test_the_line_of_json_in_the_readme_is_one_that_the_rehearsal_prints() -> None:
    printed = run("cage rehearse examples/web --json").stdout
    assert block_of("json", "JSON lines").strip() in printed.splitlines()


def test_the_examples_of_the_library_use_names_that_are_there() -> None:
    examples = re.findall(r"```python\n(.*?)```", section_of("Library"), re.DOTALL)
    names: dict[str, object] = {}
    for example in examples:
        here = example.replace("deploy/web", str(ROOT / "examples" / "web"))
        until_aws = here.partition("result = ")[0]
        exec(compile(until_aws, "README.md", "exec"), names)  # noqa: S102  the README's own
    assert {"Cage", "env", "checks"} <= names.keys()


def test_every_feature_of_a_policy_is_told_with_whether_it_is_in_it_unasked() -> None:
    table = section_of("cage policy").partition("| Flag |")[0]
    told = {
        name: row[1].strip()
        for row in (s.strip("|").split("|") for s in table.splitlines() if s.startswith("| `"))
        for name in re.findall(r"`([\w-]+)`", row[0])
    }
    usual = {True: "unless left out", False: "if asked for"}
    assert told == {name: usual[feature.usual] for name, feature in FEATURES.items()}


def test_the_policy_in_the_readme_is_the_one_that_is_printed() -> None:
    assert block_of("json", "IAM policy") == run("cage policy").stdout
