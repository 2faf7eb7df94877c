"""The waiting loop looks when a change can be expected."""

from __future__ import annotations

import anyio
from hypothesis import given
from hypothesis import strategies as st

from cage.runtime import clock
from cage.runtime.background import background
from cage.runtime.polling import LATEST_S, SOONEST_S, Late, Pace, Wait
from ecs_simulator import loop

_SECONDS = st.floats(min_value=0, max_value=10_000)


@given(_SECONDS, st.none() | _SECONDS)
def test_a_pause_is_never_shorter_than_the_soonest_or_longer_than_the_latest(
    elapsed_s: float, expected_s: float | None
) -> None:
    assert SOONEST_S <= Pace(expected_s).pause_s(elapsed_s) <= LATEST_S


def test_around_the_expected_time_each_look_is_close_to_the_last() -> None:
    assert Pace(30).pause_s(29.5) == SOONEST_S
    assert Pace(30).pause_s(31) == SOONEST_S


@given(_SECONDS, _SECONDS)
def test_nobody_looks_before_a_change_that_is_sure_to_come_later(
    elapsed_s: float, rest_s: float
) -> None:
    change_s = elapsed_s + rest_s
    pause_s = Pace(change_s, sure=True).pause_s(elapsed_s)
    assert elapsed_s + pause_s >= change_s
    assert elapsed_s + pause_s > elapsed_s


def _looks(pace: Pace, for_s: float, wakes_s: float, *, at_once: bool = True) -> list[float]:
    """Return when a wait without an answer looks that is woken after so long."""
    looks: list[float] = []

    async def main() -> object:
        wake = anyio.Event()

        async def look() -> None:
            looks.append(clock.monotonic())

        async def rouse() -> None:
            await clock.sleep(wakes_s)
            wake.set()

        async with background() as tasks:
            tasks.start_soon(rouse)
            deadline = clock.Deadline.after(for_s)
            wait: Wait[None] = Wait(look, deadline, pace, wake, at_once=at_once)
            return await wait.result()

    assert isinstance(loop.run(main), Late)
    return looks


def test_a_sure_wait_begins_with_a_pause_that_a_wake_ends() -> None:
    looks = _looks(Pace(20, sure=True), for_s=22, wakes_s=7, at_once=False)
    assert looks == [7, 20, 20 + SOONEST_S, 22]


def test_a_wake_during_a_look_ends_the_next_pause() -> None:
    looks: list[float] = []

    async def main() -> object:
        wake = anyio.Event()

        async def look() -> None:
            looks.append(clock.monotonic())
            await clock.sleep(2)
            wake.set()

        pace = Pace(100, sure=True)
        wait: Wait[None] = Wait(look, clock.Deadline.after(110), pace, wake)
        return await wait.result()

    assert isinstance(loop.run(main), Late)
    assert looks[:3] == [0, 2, 100]


def test_a_first_pause_ends_at_the_deadline() -> None:
    async def main() -> float:
        async def look() -> None:
            return None

        wait: Wait[None] = Wait(look, clock.Deadline.after(2), Pace(5, sure=True), at_once=False)
        assert isinstance(await wait.result(), Late)
        return clock.monotonic()

    assert loop.run(main) == 2


def test_a_wait_ends_at_its_deadline_with_one_last_look() -> None:
    looks: list[float] = []

    async def main() -> object:
        async def look() -> None:
            looks.append(clock.monotonic())

        return await Wait(look, clock.Deadline.after(25)).result()

    assert isinstance(loop.run(main), Late)
    assert looks[-1] == 25


def test_a_wait_that_is_woken_looks_at_once_and_pauses_as_before_from_then_on() -> None:
    looks = _looks(Pace(40), for_s=40, wakes_s=14)
    assert looks[:4] == [0, 10, 14, 24]
    assert looks[-1] == 40
