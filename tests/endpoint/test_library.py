"""The library, on an ECS that answers over the network."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

import cage
from tests.endpoint.locally import WEB
from tests.endpoint.shared_time import Account, account

PANIC = (re.compile("panic"),)


@pytest.fixture(scope="module")
def simulated() -> Iterator[Account]:
    with account() as made:
        yield made


def roll_out(
    simulated: Account, monkeypatch: pytest.MonkeyPatch, checks: cage.Checks
) -> cage.Outcome:
    for name, value in simulated.env.items():
        monkeypatch.setenv(name, value)
    env = cage.Envars(
        region="us-east-1",
        cluster="demo",
        service="web",
        task_definition_input=cage.load_task_definition(WEB),
        verify=False,
    )
    with simulated.time.entered():
        return cage.Cage(env).rollout(checks=checks).outcome


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        (cage.Checks(alarms=("web-5xx",)), "Alarm web-5xx not found"),
        (cage.Checks(floor="9"), "below the floor"),
        (
            cage.Checks(logs=(cage.LogsSettings(must_not=PANIC, container="app"),)),
            "Container app of the logs check not found",
        ),
        (
            cage.Checks(commands=(cage.CommandSettings(("false",)),)),
            "false exited with 1",
        ),
    ],
)
def test_a_rollout_asks_for_the_checks_that_it_is_given(
    simulated: Account, monkeypatch: pytest.MonkeyPatch, checks: cage.Checks, said: str
) -> None:
    outcome = roll_out(simulated, monkeypatch, checks)
    assert isinstance(outcome, cage.Aborted)
    assert said in outcome.message
