"""The waiting loop looks when a change can be expected."""

from __future__ import annotations

import anyio
from hypothesis import given
from hypothesis import strategies as st

from cage import clock
from cage.background import background
from cage.polling import LATEST_S, SOONEST_S, Late, Wait, pause_s
from cage.simulator import loop

_SECONDS = st.floats(min_value=0, max_value=10_000)


@given(_SECONDS, st.none() | _SECONDS)
def test_a_pause_is_never_shorter_than_the_soonest_or_longer_than_the_latest(
    elapsed_s: float, expected_s: float | None
) -> None:
    assert SOONEST_S <= pause_s(elapsed_s, expected_s) <= LATEST_S


def test_around_the_expected_time_each_look_is_close_to_the_last() -> None:
    assert pause_s(29.5, 30) == SOONEST_S
    assert pause_s(31, 30) == SOONEST_S


def test_a_wait_ends_at_its_deadline_with_one_last_look() -> None:
    looks: list[float] = []

    async def main() -> object:
        async def look() -> None:
            looks.append(clock.monotonic())

        return await Wait(look, clock.Deadline.after(25)).result()

    assert isinstance(loop.run(main), Late)
    assert looks[-1] == 25


def test_a_wait_that_is_woken_looks_at_once_and_pauses_as_before_from_then_on() -> None:
    looks: list[float] = []

    async def main() -> object:
        wake = anyio.Event()

        async def look() -> None:
            looks.append(clock.monotonic())

        async def rouse() -> None:
            await clock.sleep(14)
            wake.set()

        async with background() as tasks:
            tasks.start_soon(rouse)
            wait: Wait[None] = Wait(look, clock.Deadline.after(40), expected_s=40, wake=wake)
            return await wait.result()

    assert isinstance(loop.run(main), Late)
    assert looks[:4] == [0, 10, 14, 24]
    assert looks[-1] == 40
