"""The generated pages hold everything that cage declares."""

from __future__ import annotations

import dataclasses
import re

import click
import pytest

import cage
from cage import runbooks
from cage.aws.shapes import EcsShapes
from cage.cli.app import app
from cage.cli.catalogue import VERBS
from cage.definitions.configuration import SECTIONS
from cage.definitions.schema import CATALOGUE as SCHEMAS
from cage.model.base import kebab
from cage.model.events import Event
from cage.policy.catalogue import COMMANDS, FEATURES, calls
from cage.rehearsal.incidents.catalog import CATALOG as INCIDENTS
from cage.runbooks import EXIT_CODES
from docsite.events import CHANGES, members, parts
from docsite.pages import generated


def page(path: str) -> str:
    return generated()[f"reference/{path}.md"]


def terms(path: str) -> list[str]:
    """What stands as code at the start of an entry of a page."""
    return [
        t for line in re.findall(r"^(`.*)\n:   ", page(path), re.MULTILINE) for t in line.split("`")
    ]


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_each_option_of_a_command_is_on_its_page_with_its_variables(verb: click.Command) -> None:
    command = app.get_command(click.Context(app), verb.name or "")
    assert command is not None
    text = page(f"commands/{verb.name}")
    for option in command.get_params(click.Context(command)):
        if isinstance(option, click.Option):
            for name in (*option.opts, *getattr(option, "variables", ())):
                assert f"`{name}" in text, f"{verb.name}: {name} is missing"


def test_each_variable_of_an_option_is_on_the_page_of_variables() -> None:
    commands = [app.get_command(click.Context(app), verb.name) for verb in VERBS]
    declared = {
        variable
        for command in commands
        if command is not None
        for option in command.params
        for variable in getattr(option, "variables", ())
    }
    assert declared
    assert declared <= set(terms("variables"))


def test_each_key_of_cage_json_is_on_its_page() -> None:
    assert set(SECTIONS) <= set(terms("cage-json"))
    for name, shape in SCHEMAS["cage"](EcsShapes())["definitions"].items():
        for key in shape["properties"]:
            assert any(t.endswith(f".{key}") for t in terms("cage-json")), f"{name}.{key}"


def test_each_exit_code_is_on_its_page() -> None:
    rows = re.findall(r"^\| \[(\d+)\]", page("exit-codes"), re.MULTILINE)
    assert rows == runbooks.names(EXIT_CODES)


def test_each_incident_is_on_its_page() -> None:
    assert set(INCIDENTS) <= set(terms("incidents"))


def test_each_action_and_feature_of_the_policy_is_on_its_page() -> None:
    text = page("permissions")
    actions = {action for command in COMMANDS for action in calls(command)}
    assert [action for action in sorted(actions) if f"`{action}`: " not in text] == []
    assert [feature for feature in FEATURES if f"| `{feature}` |" not in text] == []


def test_each_name_that_the_library_exports_is_on_its_page() -> None:
    text = page("library")
    assert [n for n in cage.__all__ if f"## {n}\n" not in text and f"`{n}`\n" not in text] == []


def test_each_event_and_each_of_its_keys_is_on_its_page() -> None:
    sections = re.split(r"^##+ ", page("events"), flags=re.MULTILINE)
    text = {section.partition("\n")[0]: section for section in sections}
    every = text["Keys of every event"]
    kinds = members(Event)
    assert len(kinds) > 30
    for kind in (*kinds, *parts(kinds)):
        section = text[kebab(kind.__name__)]
        for field in dataclasses.fields(kind):
            assert f"| `{field.name}` |" in section or f"| `{field.name}` |" in every, field
        assert "\n\n" in section, f"{kind} isn't explained"


def test_the_page_of_events_says_what_changed_since_schema_1() -> None:
    assert "This is schema 2." in page("events")
    assert all(f"| {old} | {new} |" in page("events") for old, new in CHANGES)
