"""A variable stands for one value, and never for a piece of the file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cage.definitions import Found, Severity
from cage.definitions.findings import FilledText
from cage.definitions.formats import parse
from cage.definitions.source import Source
from cage.options.settings_file import read_chain

from .folder import SERVICE, TASK_DEFINITION, changed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cage.definitions.syntax import ParsedFile
    from cage.definitions.tree import Node

    from .folder import Folder

INJECTION = '"512", "taskRoleArn": "arn:aws:iam::210987654321:role/admin"'
LONG = "7" * 60


def _read(text: str, name: str = "a.json", **environ: str) -> ParsedFile:
    lookups = {"ssm": lambda reference: Found(environ[reference])}
    return parse(Source(name, text), environ, lookups)


def _errors(parsed: ParsedFile) -> list[str]:
    return [str(one) for one in parsed.findings if one.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("512", 512),
        ("-1", -1),
        ("1.5e1", 15.0),
        ('"512"', "512"),
        ('"a \\"b\\" \\u00e9, }"', 'a "b" é, }'),
        ('"${OTHER}"', "${OTHER}"),
        ("true", True),
        ("false", False),
        ("null", None),
        (" 512\r\n", 512),
    ],
)
def test_one_value_outside_of_quotes_is_that_value(value: str, expected: Any) -> None:
    parsed = _read('{"a": ${X}, "b": [${X}]}', X=value)
    assert _errors(parsed) == []
    assert parsed.root
    found = parsed.root.value["a"].value
    assert (found, type(found)) == (expected, type(expected))
    assert parsed.root.value["b"].value[0].value == expected


NOT_ONE_VALUE = [
    *(INJECTION, '1, "b": 2', "1,", "1, 2", '"a", "b"', '"a" "b"', "1 2", "1}", "1]}", ": 1"),
    *("{}", "[]", '{"b": 1}', '["a"]', '[{"b": 1}]', "{", "}", "[", "]", '"x"}, {"b": "y"'),
    *("hello", "True", "None", "'a'", '"a', 'a"', '"', '"a\nb"', '"\\q"', '"\\ud800"', '"\\'),
    *("NaN", "Infinity", "-Infinity", "1e999", "0x10", "01", "+1", "1_000", ".5", "5.", LONG),
    *("\u0661", "1 // b", "/* b */ 1", "# b", "1\x00", "\ufeff1", "\u00a01", "${OTHER}", "-"),
]


@pytest.mark.parametrize("value", NOT_ONE_VALUE)
@pytest.mark.parametrize(
    "form",
    ["${X}", "${X:-1}", "${X:?set it}", "${Y:-${X}}", "${Y:-${Z:-${X}}}", "${ssm:X}"],
)
def test_anything_else_outside_of_quotes_is_an_error_at_the_variable(form: str, value: str) -> None:
    parsed = _read('{\n "a": ' + form + ',\n "c": 1}', X=value)
    (error,) = _errors(parsed)
    assert error.startswith("a.json:2:7: ")
    assert value not in error or len(value) < 3
    assert parsed.root
    assert list(parsed.root.value) == ["a", "c"]


@pytest.mark.parametrize("default", ["[]", '{"b": 1}', "1, 2", "hello", '1, "b": 2', "$${Y}"])
def test_a_default_is_one_value_too(default: str) -> None:
    (error,) = _errors(_read('{"a": ${X:-' + default + "}}"))
    assert error.startswith("a.json:1:7: ")


def test_an_empty_value_outside_of_quotes_is_an_error_at_the_variable() -> None:
    for value in ("", " ", "\n"):
        (error,) = _errors(_read('{"a":\n ${X}}', X=value))
        assert error == 'a.json:2:2: the value of "${X}" is empty. Set a value, or a default'


def test_variables_and_digits_side_by_side_are_one_value_together() -> None:
    parsed = _read("[${A}${B}, 80${A}, -${A}.${B}]", A="1", B="2")
    assert parsed.root
    assert [one.value for one in parsed.root.value] == [12, 801, -1.2]
    for text in ("[${C}${C}]", "[1${C}]", "[${D}${A}]", "[${A}-${B}]", "[${A} ${B}]"):
        assert len(_errors(_read(text, A="1", B="2", C='"x"', D="true"))) == 1


def test_a_key_needs_quotes_around_its_variable() -> None:
    assert _errors(_read('{"${K}": 1}', K="a")) == []
    (error,) = _errors(_read("{${K}: 1}", K='"a"'))
    assert error.startswith("a.json:1:2: expected a key in double quotes")


@pytest.mark.parametrize(
    "value", [*NOT_ONE_VALUE, "", '", "b": "c', "\\", '\\"', "a: b\n- c", "*x"]
)
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", '{"a": "x${X}y", "${X}k": [1]}'),
        ("a.yaml", 'a: "x${X}y"\n${X}k: [1]'),
        ("a.yaml", "a: x${X}y\n'${X}k':\n- 1\n"),
        ("a.yaml", "a: |-\n  x${X}y\n? ${X}k\n: - 1\n"),
    ],
)
def test_in_a_text_every_value_is_text(name: str, text: str, value: str) -> None:
    parsed = _read(text, name, X=value)
    assert _errors(parsed) == []
    assert parsed.root
    assert {key: node.value for key, node in parsed.root.value.items()} == {
        "a": f"x{value}y",
        f"{value}k": parsed.root.value[f"{value}k"].value,
    }


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"a": "\\${X}", "b": "\\${X}"}', "1:8"),
        ('{"a": "${Y:-\\}", "b": "c"}', "1:8"),
        ('{"a": "\\u00${X}"}', "1:9"),
    ],
)
def test_a_value_can_neither_end_nor_begin_an_escape(text: str, where: str) -> None:
    for value in ('"', '", "c": "', "41", "n"):
        errors = _errors(_read(text, X=value))
        assert errors[0].startswith(f"a.json:{where}: JSON doesn't know the escape")


def test_in_a_default_in_quotes_jsons_escapes_mean_what_they_mean_beside_it() -> None:
    parsed = _read('{"a": "${X:-\\"\\u00e9\\n${Y}}", "b": "$${\\n}"}', Y='"\\n')
    assert parsed.root
    assert parsed.root.value["a"].value == '"é\n"\\n'
    assert parsed.root.value["b"].value == "${\n}"


def test_a_comment_in_yaml_lends_its_variable_to_no_text() -> None:
    text = "a: | # ${X}\n  ${Y}\n# ${UNDEFINED}\nb: ${Y} # ${X}\nc: >- # ${X} ${X}\n  ${Y}${Z}\n"
    parsed = _read(text, "a.yaml", X="wrong", Y="right", Z="er")
    assert _errors(parsed) == []
    assert parsed.root
    assert [node.value for node in parsed.root.value.values()] == ["right\n", "right", "righter"]


@pytest.mark.parametrize("hidden", ["\\U000F0000", "\\U000F0001", "\\U000F0FFF\\U000FF000"])
def test_an_escape_in_yaml_can_not_stand_for_a_placeholder(hidden: str) -> None:
    (error,) = _errors(_read(f'a: "{hidden}"\nb: ${{X}}\nc: ${{Y}}', "a.yaml", X="x", Y="y"))
    assert error.startswith("a.yaml:1:4: the file contains private-use characters")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("service.yaml", "a: ${X}\nb: [${X}, {c: ${X}}]\n"),
        ("service.json", '{"a": "${X}", "b": ["${X}", {"c": "${X}"}]}'),
        (
            "service.jsonnet",
            "local x = std.extVar('X'); { a: x, b: [x, { c: '%s' % x }], [x + 'd']:: x }",
        ),
    ],
)
@pytest.mark.parametrize("value", [INJECTION, "[1]", '{"b": 1}', "a: b", "${Y}", "$${Y}", "${"])
def test_in_every_format_a_value_stays_in_its_place(name: str, text: str, value: str) -> None:
    parsed = _read(text, name, X=value, Y="never put in")
    assert _errors(parsed) == []
    assert parsed.root
    assert parsed.root.value["a"].value == value
    assert parsed.root.value["b"].value[0].value == value
    assert parsed.root.value["b"].value[1].value["c"].value == value


def test_a_definition_gets_no_member_from_a_variable(folder: Folder) -> None:
    text = json.dumps(changed(TASK_DEFINITION, {"memory": "@"})).replace('"@"', "${MEM}")
    folder.write("task-definition.json", text)
    folder.environ = {"MEM": '"512"'}
    assert folder.read() == (SERVICE, TASK_DEFINITION)
    folder.environ = {"MEM": INJECTION}
    (error,) = folder.errors()
    assert error.startswith('task-definition.json:1:109: the value of "${MEM}" must be a')
    assert "admin" not in error


def test_cage_json_gets_no_member_from_a_variable(tmp_path: Path) -> None:
    (tmp_path / "cage.json").write_text('{"lock": ${LOCK}}')
    (said,) = read_chain(tmp_path, {"LOCK": "true"})
    assert said.values["lock"]
    (refused,) = read_chain(tmp_path, {"LOCK": 'true, "service_file": "other.json"'})
    assert [str(one.place) for one in refused.findings] == ["cage.json:1:10"]
    assert refused.values == {}


_HARMLESS = "1"
_MARKS = "\"\\',:{}[]#/*-&!|>%@`$ \n\t\r\x00\u2028\ud800éx01.eE+"
_VALUES = st.one_of(
    st.sampled_from(NOT_ONE_VALUE),
    st.text(st.sampled_from(_MARKS), max_size=12),
    st.text(st.sampled_from('",:{}[]1x '), max_size=12),
    st.text(max_size=12),
)
_FORMS = st.sampled_from(
    ["${X}", "${Y}", "${X:-2}", "${N:-${X}}", "${X:?no}", "${X}${Y}", "4${X}", "${ssm:Y}"]
)


def _written(draw: st.DrawFn, is_yaml: bool, depth: int = 0) -> str:
    """Return a value of a file in JSON, which is YAML too, with variables in any place."""
    match draw(st.integers(0, 5 if depth < 3 else 3)):
        case 0:
            return draw(st.sampled_from(["1", '"x"', "null", "true"]))
        case 1:
            form = draw(_FORMS)
            return f"x{form}" if is_yaml and not form.startswith("$") else form
        case 2 | 3:
            return f'"{draw(st.sampled_from(["", "a", "b: "]))}{draw(_FORMS)}"'
        case 4:
            items = [_written(draw, is_yaml, depth + 1) for _ in range(draw(st.integers(0, 3)))]
            return f"[{', '.join(items)}]"
        case _:
            members = (
                f'"k{number}{draw(st.sampled_from(["", "${X}", "-${Y}"]))}": '
                + _written(draw, is_yaml, depth + 1)
                for number in range(draw(st.integers(0, 3)))
            )
            return f"{{{', '.join(members)}}}"


@st.composite
def _files(draw: st.DrawFn) -> tuple[str, str]:
    is_yaml = draw(st.booleans())
    members = (f'"m{n}": {_written(draw, is_yaml)}' for n in range(draw(st.integers(1, 4))))
    text = f"{{{', '.join(members)}}}"
    return ("a.yaml" if is_yaml else "a.json"), text


def _shape(node: Node) -> Any:
    """Return the keys as they were written, and where values are."""
    if isinstance(node.value, dict):
        return {
            key.source if isinstance(key, FilledText) else key: _shape(child)
            for key, child in node.value.items()
        }
    if isinstance(node.value, list):
        return [_shape(child) for child in node.value]
    return "a value"


@settings(max_examples=400)
@given(_files(), st.fixed_dictionaries({"X": _VALUES, "Y": _VALUES}))
def test_whatever_a_variable_holds_the_file_has_the_same_shape_or_is_refused(
    file: tuple[str, str], environ: Mapping[str, str]
) -> None:
    name, text = file
    harmless = _read(text, name, X=_HARMLESS, Y=_HARMLESS)
    assert _errors(harmless) == []
    assert harmless.root
    parsed = _read(text, name, **environ)
    if not _errors(parsed):
        assert parsed.root
        assert _shape(parsed.root) == _shape(harmless.root)
