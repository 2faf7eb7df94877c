"""Every member and every operation of the newest model is in the table, once, with its source."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from docsite.ecs_api import CAGE, SIMULATOR, Operation, Row, operations, rows
from docsite.pages import generated
from tests.ecs_api.model import listed, model

_SOURCE = re.compile(r"(API|guide), [^:]+: \S.*")
CLASSED = Counter(member for row in rows() for member in row.members)


def _names(members: set[tuple[str, str]]) -> list[str]:
    return sorted(f"{structure}.{member}" for structure, member in members)


def test_each_member_that_aws_has_is_in_a_row() -> None:
    assert _names(listed() - set(CLASSED)) == []


def test_each_member_of_a_row_still_exists() -> None:
    assert _names(set(CLASSED) - listed()) == []


def test_no_member_is_in_two_rows() -> None:
    assert _names({member for member, count in CLASSED.items() if count > 1}) == []


def test_each_operation_that_aws_has_is_in_the_table_once_and_exists() -> None:
    assert [one.name for one in operations()] == sorted(model().operation_names)


@pytest.mark.parametrize("row", rows(), ids=lambda row: ".".join(row.members[0]))
def test_a_row_of_members_says_what_and_why_and_by_which_page_and_heading(row: Row) -> None:
    assert row.cage in CAGE
    assert row.simulator in SIMULATOR
    assert row.reason.endswith(".")
    assert _SOURCE.fullmatch(row.source), row.source


@pytest.mark.parametrize("one", operations(), ids=lambda one: one.name)
def test_an_operation_says_what_and_why_and_by_which_page_and_heading(one: Operation) -> None:
    assert one.cage in CAGE
    assert one.simulator in {"answers", "refuses"}
    assert one.reason
    assert _SOURCE.fullmatch(one.source), one.source


def test_the_page_has_every_operation_and_every_member() -> None:
    text = generated()["reference/ecs-api.md"]
    for one in operations():
        assert f"| `{one.name}` | {one.cage} | {one.simulator} |" in text
    for structure, member in CLASSED:
        assert re.search(rf"\b{structure}: [^;]*`{member}`", text), (structure, member)


def test_the_page_counts_the_operations_that_are_answered() -> None:
    answered = sum(one.simulator == "answers" for one in operations())
    sentence = f"The simulator answers {answered} of ECS's {len(operations())} operations."
    assert sentence in generated()["reference/ecs-api.md"]
