"""Env files as people keep them, and as they spoil them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cage.definitions.env_file import parse_env
from cage.definitions.source import Source


def read(text: str) -> dict[str, str]:
    variables, findings = parse_env(Source(".env", text))
    assert findings == []
    return variables


def errors(text: str) -> list[str]:
    return [str(one) for one in parse_env(Source(".env", text))[1]]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b", "b"),
        ("A=", ""),
        ("A= b c \t", "b c"),
        ("  export A = b", "b"),
        ("A=b # why", "b"),
        ("A=b#c", "b#c"),
        ("A=# nothing", ""),
        ("A=x=y", "x=y"),
        ("A='b # ${C} \\n'", "b # ${C} \\n"),
        ("A='' # empty", ""),
        ('A="b\\n\\t\\"\\\\\\$\\q"', 'b\n\t"\\$\\q'),
        ("A='two\nlines'", "two\nlines"),
        ('A="two\r\nlines" # and a comment', "two\r\nlines"),
        ("A=it's", "it's"),
        ("A=1\nA=2", "2"),
    ],
)
def test_a_variable_has_the_value_that_other_tools_give_it(line: str, value: str) -> None:
    assert read(line) == {"A": value}
    assert read(f"# head\n\n{line}\nB=c\n") == {"A": value, "B": "c"}


def test_every_kind_of_line_end_is_known() -> None:
    assert read("A=1\r\nB=2\rC=3\n\n#\n") == {"A": "1", "B": "2", "C": "3"}


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("A=1\nTOKEN\nB=2", "2:1", "not NAME=value"),
        ("A=1\n=hunter2", "2:1", "not NAME=value"),
        ("hunter2 hunter2=1", "1:1", "not NAME=value"),
        ("A-B=hunter2", "1:1", '"A-B" is not a variable\'s name'),
        ("export 1A=hunter2", "1:8", "not a variable's name"),
        ("A='hunter2\nB=1", "1:3", "no closing quote"),
        ('A="hunter2\\"', "1:3", "no closing quote"),
        ("A='hunter2' hunter2", "1:12", "text after the value of A"),
        ('A="hunter2"hunter2', "1:12", "text after the value of A"),
    ],
)
def test_what_is_not_understood_is_an_error_with_its_place(
    text: str, place: str, says: str
) -> None:
    (error,) = errors(text)
    assert error.startswith(f".env:{place}: ")
    assert says in error
    assert "hunter2" not in error


def test_all_errors_are_told_at_once() -> None:
    assert len(errors("one\nA=1\ntwo\nB='x\n")) == 3


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    variables, findings = parse_env(Source(".env", text))
    assert all(isinstance(value, str) for value in variables.values())
    assert all(one.place is not None for one in findings)


@given(st.text(st.characters(codec="utf-8", exclude_characters="'"), max_size=40))
def test_a_quoted_value_comes_back_as_it_was(value: str) -> None:
    assert read(f"A='{value}'") == {"A": value}
