"""The states of alarms that moto's CloudWatch holds, for deployments that watch them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ecs_simulator.world import World
from ecs_simulator.world.things import ACCOUNT


def watch(world: World, params: dict[str, Any]) -> None:
    """Let the world ask moto for alarms that it doesn't know, if a service names any."""
    alarms = (params.get("deploymentConfiguration") or {}).get("alarms") or {}
    if alarms.get("enable"):
        world.alarms.elsewhere = _from_moto(world.region)


def _from_moto(region: str) -> Callable[[str], str | None]:
    def state(name: str) -> str | None:
        from moto.cloudwatch.models import cloudwatch_backends  # noqa: PLC0415  rarely needed

        alarm = cloudwatch_backends[ACCOUNT][region].alarms.get(name)
        return None if alarm is None else str(alarm.state_value)

    return state
