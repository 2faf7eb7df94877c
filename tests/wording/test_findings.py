"""Findings as people, programs and GitHub read them."""

from __future__ import annotations

import json

from cage.definitions import Finding, Place, Severity
from cage.wording.findings import as_annotations, as_json, as_text, line, summary

WRONG = Finding(
    Severity.ERROR,
    Place("service.json", 4, 3, "deploy/a,b:c/service.json"),
    "loadBalancers[0].containerPort",
    "100% wrong:\r\nit is, 5",
    "Fix it",
)
ODD = Finding(Severity.WARNING, Place("task.json", 1, 2), "", "comments were ignored")
ABSENT = Finding(Severity.ERROR, None, "", "service.json not found in deploy")


def test_errors_come_first_and_apart_each_on_a_line_that_a_terminal_can_open() -> None:
    text = as_text([ODD, WRONG, ABSENT])
    errors, warnings = text.split("\n\n")
    assert errors.splitlines() == [
        "Errors:",
        (
            "deploy/a,b:c/service.json:4:3: loadBalancers[0].containerPort: "
            "100% wrong:  it is, 5. Fix it"
        ),
        "service.json not found in deploy",
    ]
    assert warnings.splitlines() == ["Warnings:", "task.json:1:2: comments were ignored"]


def test_nothing_found_is_no_text() -> None:
    assert as_text([]) == ""


def test_json_counts_and_keeps_every_part() -> None:
    shown = json.loads(as_json([WRONG, ODD, ABSENT]))
    assert (shown["schema"], shown["errors"], shown["warnings"]) == (1, 2, 1)
    assert shown["findings"][0] == {
        "severity": "error",
        "file": "deploy/a,b:c/service.json",
        "line": 4,
        "column": 3,
        "path": "loadBalancers[0].containerPort",
        "message": "100% wrong:\r\nit is, 5",
        "remedy": "Fix it",
    }
    assert shown["findings"][2]["file"] is None


def test_an_annotation_is_one_line_whatever_it_says() -> None:
    first, second, third, *rest = as_annotations([WRONG, ODD, ABSENT], {}).splitlines()
    assert rest == []
    assert first.startswith(
        "::error file=deploy/a%2Cb%3Ac/service.json,line=4,col=3,"
        "title=loadBalancers[0].containerPort::"
    )
    assert first.endswith("100%25 wrong:  it is, 5. Fix it")
    assert second == (
        "::warning file=task.json,line=1,col=2,title=cage check::"
        "task.json:1:2: comments were ignored"
    )
    assert third == "::error title=cage check::service.json not found in deploy"


def test_the_file_of_an_annotation_begins_at_the_workspace() -> None:
    place = Place("service.json", 1, 1, "/home/runner/work/shop/deploy/service.json")
    found = Finding(Severity.ERROR, place, "", "no")
    shown = as_annotations([found], {"GITHUB_WORKSPACE": "/home/runner/work/shop"})
    assert shown.startswith("::error file=deploy/service.json,")


def test_control_characters_do_not_reach_the_terminal() -> None:
    found = Finding(Severity.ERROR, Place("a\x1b[31m", 1, 1, "d/a\x1b[31m"), "", "b\x07")
    assert line(found) == "d/a [31m:1:1: b "


def test_the_summary_counts_in_words() -> None:
    assert summary([], "d") == "d can be used: no errors, no warnings."
    assert summary([ODD], "d") == "d can be used: no errors, 1 warning."
    assert summary([WRONG, ABSENT, ODD], "d") == "d can't be used: 2 errors, 1 warning."
