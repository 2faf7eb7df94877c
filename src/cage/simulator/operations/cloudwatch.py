"""CloudWatch's alarms."""

from __future__ import annotations

from typing import Any

from cage.simulator.world import World


def describe_alarms(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Answer DescribeAlarms: without types, only metric alarms are told."""
    kinds = params.get("AlarmTypes") or ["MetricAlarm"]
    names = params.get("AlarmNames")
    answer: dict[str, list[dict[str, Any]]] = {f"{kind}s": [] for kind in kinds}
    for name, state in world.alarms.states.items():
        kind = "CompositeAlarm" if name in world.alarms.composite else "MetricAlarm"
        if kind in kinds and (names is None or name in names):
            reason = "" if state == "OK" else f"it was told to be {state}"
            answer[f"{kind}s"].append(
                {"AlarmName": name, "StateValue": state, "StateReason": reason}
            )
    return answer
