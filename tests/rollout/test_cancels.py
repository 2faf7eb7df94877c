"""A canceled CI job leaves no canary running, however soon the service kills the process."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import math
import pathlib
import tomllib
from collections.abc import Callable
from datetime import datetime

import pytest

from cage.model import events, identity
from cage.model.events import Step
from cage.model.outcome import Interrupted
from cage.rehearsal.incidents.triggers import begins_step
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import Stage
from cage.runtime.interruption import Interruption
from tests.stories import tell

_HERE = pathlib.Path(__file__).parent
_DOCS = _HERE.parents[1] / "docs" / "guides" / "stop.md"


@dataclasses.dataclass(frozen=True)
class Cancel:
    """How a service cancels a job: its signals, by their seconds after the first one."""

    name: str
    signals: tuple[tuple[float, str], ...]
    source: str

    @property
    def killed_s(self) -> float:
        return next((at for at, name in self.signals if name == "SIGKILL"), math.inf)


CANCELS = tuple(
    Cancel(row["name"], tuple((at, name) for at, name in row["signals"]), row["source"])
    for row in tomllib.loads((_HERE / "cancels.toml").read_text())["cancels"]
)


@dataclasses.dataclass(frozen=True)
class Moment:
    """A moment of a rollout: the event that it begins with, and how to get there."""

    so: Callable[[events.Event], bool]
    shape: str = "fargate"
    incident: str | None = None


MOMENTS = {
    "before the canary": Moment(begins_step(Step.REGISTER)),
    "pending": Moment(lambda e: isinstance(e, events.CanaryStarted)),
    "checked": Moment(lambda e: isinstance(e, events.CanaryRegistered)),
    "healthy": Moment(lambda e: isinstance(e, events.CheckPassed) and e.check == "target-health"),
    "approved": Moment(lambda e: isinstance(e, events.ApprovalAwaited), "fargate-approve"),
    "updated": Moment(begins_step(Step.PROVE)),
    "drained": Moment(lambda e: isinstance(e, events.CanaryDeregistered)),
    "rolled back": Moment(begins_step(Step.ROLL_BACK), incident="crash-after-promotion"),
}


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("cancel", CANCELS, ids=lambda cancel: cancel.name)
def test_when_a_service_kills_the_process_the_canary_has_been_told_to_stop(
    cancel: Cancel, moment: str
) -> None:
    at, interruption = MOMENTS[moment], Interruption(attended=False)
    stages: list[Stage] = []
    left: list[list[str]] = []
    signalled: list[datetime] = []

    def look() -> None:
        group, tasks = identity.group("web"), stages[0].world.tasks.all.values()
        left.append([t.id for t in tasks if t.group == group and not t.stopping])

    def sink(event: events.Event) -> None:
        if signalled or not at.so(event):
            return
        loop = asyncio.get_running_loop()
        signalled.append(event.at)
        for after_s, name in cancel.signals:
            act = look if name == "SIGKILL" else functools.partial(interruption, name)
            loop.call_later(after_s + 0.5, act)

    story = tell(
        at.shape,
        at.incident,
        prepare=stages.append,
        interruption=interruption,
        sink=sink,
        group_settings={**SHAPES[at.shape]().group_settings, "deregistration_delay_s": 300.0},
        holds=False,
    )
    look()
    assert left[0] == []
    assert isinstance(story.outcome, Interrupted)
    assert story.act.result is not None
    assert story.act.result.left_behind == ()
    took_s = (story.act.result.end_time - signalled[0]).total_seconds()
    assert took_s <= min(cancel.killed_s, 5.0) + 0.5


def test_the_guide_lists_what_each_service_sends() -> None:
    guide = _DOCS.read_text()
    for cancel in CANCELS:
        (row,) = [line for line in guide.splitlines() if line.startswith(f"| {cancel.name} |")]
        for at_s, name in cancel.signals:
            assert name in row
            assert not at_s or f"{at_s:g} s" in row
