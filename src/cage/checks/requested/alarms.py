"""Do the alarms that the user specifies stay out of ALARM from start to end?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cage.checks.protocol import RequestedCheck
from cage.knobs.kinds import Many, Text
from cage.knobs.knob import Knob
from cage.lazy import lazy
from cage.model.errors import RefusedError

if TYPE_CHECKING:
    from cage.model import outcome
    from cage.model.account import Alarm
    from cage.model.outcome import Observation
    from cage.ports.cloudwatch import CloudWatch
else:
    outcome = lazy("cage.model.outcome")

CHECK = RequestedCheck(
    name="alarms",
    order=50,
    of_task=False,
    rehearse=lambda name, backdrop: backdrop.alarm(name),
    knob=Knob(
        "--alarm",
        Many(Text("NAME"), once=True),
        "CloudWatch alarm that fails the rollout if it goes into ALARM.",
        name="alarms",
        key="checks.alarms",
        variables=(),
        default=(),
        heading="Checks",
    ),
)

RINGING = "ALARM"
WITHOUT_DATA = "INSUFFICIENT_DATA"


def refusal(names: tuple[str, ...], found: Mapping[str, Alarm]) -> RefusedError | None:
    """Return why a rollout can't start with these alarms; None if it can.

    ECS ignores an alarm that is in ALARM when a deployment starts (ECS developer guide, "How
    CloudWatch alarms detect Amazon ECS deployment failures"), so it would confirm nothing.
    """
    missing = [name for name in names if name not in found]
    if missing:
        return RefusedError(
            f"Alarm {missing[0]} not found in this Region.",
            "CloudWatch lists no alarm of that name.",
            "Check --alarm and cage.json's checks.alarms: aws cloudwatch describe-alarms",
        )
    ringing = [found[name] for name in names if found[name].state == RINGING]
    if ringing:
        return RefusedError(
            f"Alarm {ringing[0].name} is in ALARM already.",
            ringing[0].reason,
            "Fix that first. An alarm that is in ALARM before a rollout can't judge it.",
        )
    return None


def without_data(found: Mapping[str, Alarm]) -> str | None:
    """Return a note about alarms that have too little data; None if there are none."""
    names = ", ".join(name for name, alarm in found.items() if alarm.state == WITHOUT_DATA)
    return f"not enough data for {names}; only ALARM fails a rollout" if names else None


class AlarmsQuiet:
    """None of the alarms is in ALARM. Like in ECS, INSUFFICIENT_DATA passes."""

    name = "alarms"

    def __init__(self, names: tuple[str, ...], cloudwatch: CloudWatch) -> None:
        self.names = names
        self.cloudwatch = cloudwatch

    async def look(self) -> Observation:
        """Query CloudWatch once for all alarms."""
        found = await self.cloudwatch.alarms(self.names)
        for name in self.names:
            alarm = found.get(name)
            if alarm is None:
                return outcome.Failed(
                    "AlarmMissing", f"alarm {name} was deleted during the rollout"
                )
            if alarm.state == RINGING:
                why = f": {alarm.reason}" if alarm.reason else ""
                return outcome.Failed(
                    "AlarmRings",
                    f"alarm {name} went into ALARM{why}",
                    f"To see why, run: aws cloudwatch describe-alarms --alarm-names {name}",
                )
        return outcome.Passed(f"not in ALARM: {', '.join(self.names)}")
