"""Both endpoints, started once, and what the scenario came to on each."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.contract import ministack, podman
from tests.contract.endpoints import Endpoint
from tests.contract.scenario import Account, Run, play
from tests.endpoint import locally

SCALE = 100
"""No faster: ECS knows a stopped task for an hour, and cage must see why it stopped."""


@dataclasses.dataclass(frozen=True)
class Played:
    """An account on each endpoint, and what the scenario came to there.

    Attributes:
        no_containers: Why the emulator has no real containers; empty if it has.
    """

    our_account: Account
    ours: Run
    their_account: Account
    theirs: Run
    no_containers: str


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The scenario played on both at once, and both still there."""
    if not ministack.MINISTACK.exists():
        pytest.skip("ministack isn't installed here: make contract")
    new = tmp_path_factory.mktemp
    with contextlib.ExitStack() as stack:
        folder, why_not = new("ministack"), ""
        try:
            socket = stack.enter_context(podman.served(new("podman"))).socket
        except podman.UnavailableError as reason:
            why_not, socket = str(reason), f"unix://{folder}/nowhere.sock"
        url = stack.enter_context(ministack.served(folder, socket))
        env = stack.enter_context(locally.served(scale=SCALE))
        lively = not why_not
        theirs = Account(Endpoint.of_ministack(url, tasks_live=lively), new("theirs"))
        ours = Account(Endpoint.of_cage_local(env, tasks_live=lively), new("ours"))
        with ThreadPoolExecutor(2) as pool:
            our_run, their_run = pool.submit(play, ours), pool.submit(play, theirs)
            both = Played(ours, our_run.result(), theirs, their_run.result(), why_not)
        yield both


@pytest.fixture
def contained(played: Played) -> Played:
    """The same, for tests that need real containers; they are skipped where there are none."""
    if played.no_containers:
        pytest.skip(f"no real containers here: {played.no_containers}")
    return played
