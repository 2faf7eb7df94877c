from __future__ import annotations

import json
from typing import Any

import pytest

from cage.definitions import Found, LookupFailedError

from .folder import SERVICE, TASK_DEFINITION, Folder

_VALUE = "containerDefinitions[0].environment[0].value"


def _value(folder: Folder, written: str) -> Any:
    _, task = folder.task({_VALUE: written}).read()
    return task["containerDefinitions"][0]["environment"][0]["value"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("${NAME}", "blue"),
        ("a-${NAME}-${NAME}", "a-blue-blue"),
        ("${EMPTY}", ""),
        ("${NAME:-other}", "blue"),
        ("${MISSING:-256}", "256"),
        ("${EMPTY:-256}", "256"),
        ("${MISSING:-}", ""),
        ("${MISSING:-a b:c}", "a b:c"),
        ('${MISSING:-{"a":1}}', '{"a":1}'),
        ("${MISSING:-${NAME}!}", "blue!"),
        ("${MISSING:-${OTHER:-x}}", "x"),
        ("${NAME:?must be set}", "blue"),
        ("$${NAME}", "${NAME}"),
        ("$${NAME:-x} ${NAME}", "${NAME:-x} blue"),
        ("echo $? $1 $(date) $$ cost=$5 $NAME {} }", "echo $? $1 $(date) $$ cost=$5 $NAME {} }"),
        ("${NESTED}", "${NAME}"),
        ("${QUOTED}", 'say "hi"\n\\ \t'),
        ("${UNICODE}", "grüße 日本"),
    ],
)
def test_values_are_put_in_once_and_everything_else_stays(
    folder: Folder, written: str, expected: str
) -> None:
    folder.environ = {
        "NAME": "blue",
        "EMPTY": "",
        "NESTED": "${NAME}",
        "QUOTED": 'say "hi"\n\\ \t',
        "UNICODE": "grüße 日本",
    }
    assert _value(folder, written) == expected


def test_keys_may_hold_variables(folder: Folder) -> None:
    folder.environ = {"DOMAIN": "example.com"}
    folder.task({"containerDefinitions[0].dockerLabels": {"${DOMAIN}/a": "b"}})
    labels = folder.read()[1]["containerDefinitions"][0]["dockerLabels"]
    assert labels == {"example.com/a": "b"}
    assert all(type(key) is str for key in labels)


def test_what_is_read_holds_plain_values_only(folder: Folder) -> None:
    text = json.dumps(SERVICE).replace('"desiredCount": 4', '"desiredCount": ${COUNT}')
    folder.environ = {"COUNT": "4", "NAME": "shop"}
    folder.write("service.json", text.replace('"shop"', '"${NAME}"'))
    service, _ = folder.read()
    assert type(service["desiredCount"]) is int
    assert type(service["serviceName"]) is str


def test_all_undefined_variables_are_told_at_once_each_with_all_its_places(
    folder: Folder,
) -> None:
    text = '{"serviceName": "${A}",\n "cluster": "${B}-${A}",\n "desiredCount": ${C}}'
    errors = folder.alone(text)
    assert [one.partition(". ")[0] for one in errors] == [
        "service.json:1:18: the variable A is not defined (also at 2:19)",
        "service.json:2:14: the variable B is not defined",
        "service.json:3:18: the variable C is not defined",
    ]
    assert "Set A, give a default with ${A:-…}, or write $${…} to keep it unchanged" in errors[0]


def test_what_hangs_on_an_undefined_variable_is_not_held_against_the_file(folder: Folder) -> None:
    folder.service(
        {
            "launchType": "${TYPE}",
            "desiredCount": "${COUNT}",
            "loadBalancers[0].containerName": "${APP}",
        }
    )
    errors = folder.errors()
    assert len([one for one in errors if "is not defined" in one]) == 3
    assert len(errors) == 4
    assert "desiredCount: expected a whole number" in "".join(errors)


def test_variables_in_comments_are_left_alone(folder: Folder) -> None:
    text = "// ${NOT_ME}\n/* ${NOR_ME} ${ */" + json.dumps(SERVICE)
    assert folder.write("service.json", text).read()[0] == SERVICE


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("${MISSING:?ask the team}", "${MISSING} is needed: ask the team"),
        ("${MISSING:?}", "it is undefined or empty"),
        ("${{ secrets.X }}", "a template of a CI system that was not rendered"),
        ("${NAME:+x}", "an unsupported form"),
        ("${NAME-x}", "an unsupported form"),
        ("${NAME%%x}", "an unsupported form"),
        ("${AWS::Region}", "belongs to CloudFormation"),
        ("${NAME:latest}", "an unsupported form"),
        ("${NAME:0:2}", "an unsupported form"),
        ("${ NAME }", "has spaces around its name. Write ${NAME}"),
        ("${Some.Name}", "has no valid variable name"),
        ("${}", "has no valid variable name"),
        ("${1}", "has no valid variable name"),
        ("${NAME", "${ has no closing }"),
        ("${vault:}", "${vault:…} is not a known lookup"),
        ("${vault:a/b}", "${vault:…} is not a known lookup"),
        ("${MISSING:-${NAME}", "${ has no closing }"),
    ],
)
def test_forms_that_are_not_known_are_named_and_never_looked_up(
    folder: Folder, written: str, words: str
) -> None:
    folder.environ = {"NAME": "blue", "NAME:+x": "wrong", "1": "wrong"}
    errors = folder.task({_VALUE: written}).errors()
    assert len(errors) == 1
    assert words in errors[0]


def test_the_place_is_that_of_the_text_as_it_was_written(folder: Folder) -> None:
    text = '{"serviceName": "${LONG}", "cluster": "${LONG}", "colour": 1}'
    folder.environ = {"LONG": "x" * 100 + "\n"}
    errors = folder.write("service.json", text).errors()
    assert any(one.startswith("service.json:1:50: colour: ") for one in errors)


def test_a_value_that_breaks_the_file_is_told_without_being_shown(folder: Folder) -> None:
    folder.environ = {"COUNT": "hunter2"}
    text = '{"serviceName": "a",\n "desiredCount": ${COUNT}}'
    (error,) = folder.alone(text)
    assert error.startswith('service.json:2:18: the value of "${COUNT}" must be a number')
    assert "hunter2" not in error


def test_a_variable_that_is_no_text_is_told(folder: Folder) -> None:
    folder.environ = {"NAME": "\udcff"}
    (error,) = folder.task({_VALUE: "${NAME}"}).errors()
    assert "the value of NAME is not valid UTF-8" in error


def test_a_file_that_grows_without_bound_is_refused(folder: Folder) -> None:
    folder.environ = {"BIG": "x" * 1_000_000}
    errors = folder.task({_VALUE: "${BIG}" * 100}).errors()
    assert any("too large after its variables are inserted" in one for one in errors)
    errors = folder.task({_VALUE: "${A:-}" * 5001}).errors()
    assert any("more than 5000 placeholders" in one for one in errors)


def test_a_lookup_is_made_once_and_only_where_it_is_used(folder: Folder) -> None:
    asked: list[str] = []

    def look_up(reference: str) -> Found:
        asked.append(reference)
        return Found(f"<{reference}>")

    folder.lookups = {"ssm": look_up, "cfn": look_up}
    assert _value(folder, "${ssm:/shop/a} ${ssm:/shop/a} ${cfn:stack.Out}") == (
        "</shop/a> </shop/a> <stack.Out>"
    )
    assert asked == ["/shop/a", "stack.Out"]


def test_a_lookup_that_fails_is_an_error_at_its_place(folder: Folder) -> None:
    def look_up(_reference: str) -> Found:
        raise LookupFailedError("there is no such parameter")

    folder.lookups = {"ssm": look_up}
    (error,) = folder.task({_VALUE: "${ssm:/a} ${ssm:/a}"}).errors()
    assert '"${ssm:/a}" can\'t be looked up (also at 24:31): there is no such parameter' in error
    (error,) = folder.task({_VALUE: "${smm:/a}"}).errors()
    assert "Use one of ssm" in error


def test_task_size_with_a_default_is_the_default(folder: Folder) -> None:
    _, task = folder.task({"cpu": "${CPU:-256}"}).read()
    assert task == TASK_DEFINITION
