"""The generated pages hold everything that cage declares."""

from __future__ import annotations

import dataclasses
import re

import pytest

import cage
from cage import runbooks
from cage.definitions.schema import of_shape
from cage.model.base import kebab
from cage.model.events import Event
from cage.options.request import all_knobs
from cage.options.settings_file import shape
from cage.policy.catalog import COMMANDS, FEATURES, calls
from cage.rehearsal.incidents.catalog import CATALOG as INCIDENTS
from cage.runbooks import EXIT_CODES
from cage.verbs.verb import Verb, verbs
from docsite.events import CHANGES, members, parts
from docsite.pages import generated


def page(path: str) -> str:
    return generated()[f"reference/{path}.md"]


def terms(path: str) -> list[str]:
    """The code at the start of each entry of a page."""
    return [
        t for line in re.findall(r"^(`.*)\n:   ", page(path), re.MULTILINE) for t in line.split("`")
    ]


@pytest.mark.parametrize("verb", verbs(), ids=lambda verb: verb.name)
def test_each_setting_of_a_command_is_on_its_page_with_its_variables(verb: Verb) -> None:
    text = page(f"commands/{verb.name}")
    for knob in verb.settings():
        for name in (knob.flag, knob.short, *knob.old, *knob.variables):
            assert knob.argument or f"`{name}" in text, f"{verb.name}: {name} is missing"


def test_each_variable_of_a_setting_is_on_the_page_of_variables() -> None:
    declared = {name for verb in verbs() for knob in verb.settings() for name in knob.variables}
    assert declared
    assert declared <= set(terms("variables"))


def test_each_key_of_cage_json_is_on_its_page() -> None:
    assert {knob.key for knob in all_knobs() if knob.key} <= set(terms("cage-json"))
    for name, made in of_shape(shape(), "cage.json")["definitions"].items():
        for key in made["properties"]:
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
        assert "|  |" not in section, f"a key of {kind} is not explained"


def test_the_page_of_events_says_what_changed_since_schema_1() -> None:
    assert "This is schema 2." in page("events")
    assert all(f"| {old} | {new} |" in page("events") for old, new in CHANGES)
