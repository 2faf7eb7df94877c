"""CloudWatch over botocore."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cage.aws.calls import Caller
from cage.model import Alarm

_AT_ONCE = 100
_TYPES = ("MetricAlarm", "CompositeAlarm", "LogAlarm")
"""Without them only metric alarms are told (CloudWatch API reference, DescribeAlarms)."""


class BotoCloudWatch:
    """Implements `cage.gateway.CloudWatch`.

    Args:
        client: Makes the client when it is first needed: most rollouts ask for no alarm.
        caller: Makes the calls.
    """

    def __init__(self, client: Callable[[], Any], caller: Caller) -> None:
        self._client = client
        self._call = caller

    async def alarms(self, names: Sequence[str]) -> dict[str, Alarm]:
        found: dict[str, Alarm] = {}
        for first in range(0, len(names), _AT_ONCE):
            answer = await self._call.read(
                self._client(),
                "describe_alarms",
                AlarmNames=list(names[first : first + _AT_ONCE]),
                AlarmTypes=list(_TYPES),
                MaxRecords=_AT_ONCE,
            )
            for kind in _TYPES:
                for raw in answer.get(f"{kind}s") or []:
                    name = str(raw["AlarmName"])
                    reason = str(raw.get("StateReason") or "")
                    found[name] = Alarm(name, str(raw.get("StateValue") or ""), reason)
        return found
