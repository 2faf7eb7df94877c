"""Who holds a lock: the same for everybody who reads the same versions."""

from __future__ import annotations

import dataclasses
import random
from datetime import UTC, datetime, timedelta

import pytest

from cage.locking.claims import KEPT, LEASE_S, Claim, State, latest_state, read, state_at, step
from cage.model.account import ParameterVersion

_BEGAN = datetime(2030, 1, 7, 9, tzinfo=UTC)


def _version(number: int, claim: Claim, after_s: float) -> ParameterVersion:
    return ParameterVersion(number, claim.text(), _BEGAN + timedelta(seconds=after_s))


def _hold(rollout: str, seen: State | None = None) -> Claim:
    return Claim(rollout, f"{rollout}@host", seen or State())


def _release(rollout: str) -> Claim:
    return dataclasses.replace(_hold(rollout), releases=True)


def _history(*said: tuple[Claim, float]) -> list[ParameterVersion]:
    return [_version(n, claim, at_s) for n, (claim, at_s) in enumerate(said, start=1)]


def _holder(history: list[ParameterVersion]) -> str | None:
    state = latest_state(history)
    assert state is not None
    return state.holder.rollout if state.holder else None


def test_the_first_claim_holds_and_a_second_one_meanwhile_does_not() -> None:
    history = _history((_hold("a"), 0), (_hold("b"), 1))
    assert _holder(history) == "a"
    assert _holder([*history, _version(3, _release("a"), 2)]) is None


def test_a_claim_that_came_too_late_does_not_count_later_either() -> None:
    history = _history((_hold("a"), 0), (_hold("b"), 1), (_release("a"), 2))
    assert _holder(history) is None


def test_of_two_that_steal_an_ended_lease_the_first_version_wins() -> None:
    history = _history((_hold("dead"), 0), (_hold("b"), LEASE_S), (_hold("c"), LEASE_S))
    assert _holder(history) == "b"


def test_a_lease_counts_from_the_date_of_the_last_renewal() -> None:
    history = _history((_hold("a"), 0), (_hold("a"), 60), (_hold("b"), LEASE_S + 1))
    assert _holder(history) == "a"
    assert _holder([*history, _version(4, _hold("b"), 60 + LEASE_S)]) == "b"


def test_a_renewal_after_somebody_stole_the_lock_does_not_count() -> None:
    history = _history((_hold("a"), 0), (_hold("b"), LEASE_S + 1), (_hold("a"), LEASE_S + 2))
    assert _holder(history) == "b"


def test_nobody_releases_the_lock_of_another_one() -> None:
    assert _holder(_history((_hold("a"), 0), (_release("b"), 1))) == "a"


@pytest.mark.parametrize("text", ["", "{}", "unlock", "[1]", '{"do": "hold"}', '{"lease_s": "x"}'])
def test_a_version_that_is_no_claim_counts_for_nothing(text: str) -> None:
    history = [*_history((_hold("a"), 0)), ParameterVersion(2, text, _BEGAN)]
    assert read(history[-1]) is None
    assert _holder(history) == "a"


def test_a_claim_says_the_same_once_it_is_written_and_read() -> None:
    seen = state_at(1, _history((_hold("a"), 0)))
    claim = _hold("b", seen)
    assert read(_version(2, claim, 5)) == claim
    assert "{{" not in claim.text()
    assert "}}" not in claim.text()


def test_a_gap_in_the_history_is_not_guessed_over() -> None:
    history = _history((_hold("a"), 0), (_release("a"), 1), (_hold("b"), 2))
    assert state_at(3, [history[0], history[2]]) is None
    assert state_at(3, history) is not None


def test_any_history_that_was_cut_off_tells_the_same_holder_as_the_whole_one() -> None:
    """Writers see some versions late, and Parameter Store forgets the oldest ones."""
    for seed in range(60):
        draw = random.Random(seed)
        whole: list[ParameterVersion] = []
        state, at_s = State(), 0.0
        truth = [state]
        for number in range(1, 250):
            at_s += draw.choice([0.1, 5.0, 30.0, 200.0])
            seen = truth[max(0, number - 1 - draw.randrange(4))]
            releases = draw.random() < 0.2
            claim = Claim(draw.choice("abc"), "x", seen, releases=releases)
            whole.append(_version(number, claim, at_s))
            state = step(state, whole[-1])
            truth.append(state)
        for number in (20, 100, 101, 150, 249):
            kept = whole[:number][-KEPT:]
            assert state_at(number, whole) == truth[number]
            assert state_at(number, kept) == truth[number]


def test_a_history_that_nobody_can_tell_from_is_not_judged() -> None:
    kept = [_version(n, _hold("a"), n) for n in range(150, 160)]
    assert state_at(159, kept) is None
    assert latest_state(kept) is None


def test_after_the_parameter_was_deleted_a_renewal_counts_for_nothing_against_a_new_holder() -> (
    None
):
    before = state_at(1, _history((_hold("a"), 0)))
    assert before is not None
    history = _history((_hold("b"), 5), (_hold("a", before), 6))
    assert _holder(history) == "b"
    assert state_at(2, history[1:]) is None
