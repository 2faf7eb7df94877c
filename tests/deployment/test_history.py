"""Given a service's history, when it is read, then the revisions that were good are named."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cage.deployment.history import Candidate, History, is_older
from cage.model.services import PastDeployment


def _arn(number: int, family: str = "web") -> str:
    return f"arn:aws:ecs:us-east-1:123456789012:task-definition/{family}:{number}"


def _past(number: int, status: str) -> PastDeployment:
    began = datetime(2030, 1, 1, tzinfo=UTC)
    return PastDeployment(f"deployment/{number}", status, _arn(number), f"service:{number}", began)


def _read(history: History, *lines: tuple[int, str]) -> list[Candidate]:
    found = (history.read(_past(number, status)) for number, status in lines)
    return [candidate for candidate in found if candidate is not None]


def test_each_revision_is_named_once_with_what_it_was_left_for_last() -> None:
    lines = [(n, "SUCCESSFUL") for n in (2, 3, 2, 1)]
    assert _read(History(_arn(2)), *lines) == [
        Candidate(_arn(3), _arn(2)),
        Candidate(_arn(1), _arn(2)),
    ]


def test_what_ecs_rolled_back_is_no_candidate_even_if_it_was_steady_once() -> None:
    history = History(_arn(4))
    lines = [(4, "SUCCESSFUL"), (3, "ROLLBACK_SUCCESSFUL"), (2, "SUCCESSFUL"), (3, "SUCCESSFUL")]
    assert [c.revision_arn for c in _read(history, *lines)] == [_arn(2)]
    assert history.rejected == {_arn(3)}


def test_a_deployment_that_ecs_rolled_back_doesnt_hide_what_came_after_it() -> None:
    lines = [(1, "SUCCESSFUL"), (3, "ROLLBACK_SUCCESSFUL"), (2, "SUCCESSFUL"), (1, "SUCCESSFUL")]
    assert _read(History(_arn(1)), *lines) == [Candidate(_arn(2), _arn(1))]


def test_one_that_was_replaced_while_it_went_on_is_no_candidate() -> None:
    lines = [(2, "SUCCESSFUL"), (3, "STOPPED"), (2, "SUCCESSFUL"), (1, "SUCCESSFUL")]
    assert _read(History(_arn(2)), *lines) == [Candidate(_arn(1), _arn(2))]


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (_arn(9), _arn(10), True),
        (_arn(10), _arn(9), False),
        (_arn(1), _arn(2, "api"), None),
    ],
)
def test_numbers_tell_what_is_older_within_a_family(one: str, other: str, said: object) -> None:
    assert is_older(one, other) is said
