"""Rehearses the creation of a service: `cage up` in a world where nothing runs yet."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from cage.model.events import Event, OperationFinished
from cage.model.outcome import Aborted, Promoted
from cage.model.result import Result
from cage.rehearsal.incidents.incident import Incident
from cage.rehearsal.ledger import is_canary
from cage.rehearsal.script import AFTERWARDS_S, Script, attending
from cage.rehearsal.stage import Stage
from cage.rollout.up import up
from cage.runtime.journal import Sink
from ecs_simulator import loop

FAMILIES = frozenset({"image", "startup", "configuration", "network"})
"""The subjects of incidents that happen to tasks, also to those of a new service."""

_OF_SERVICES = frozenset({"deployment-alarm-already", "deployment-alarm-missing"})
"""Incidents of these families that change a service that exists."""


def fits(incident: Incident) -> bool:
    """Return whether an incident can happen to the tasks of a service that doesn't exist yet."""
    return incident.family in FAMILIES and incident.name not in _OF_SERVICES


@dataclasses.dataclass(frozen=True, slots=True)
class Creation:
    """One rehearsed creation.

    Attributes:
        healthy: Healthy targets some time after its end.
        took_s: Virtual seconds that it took.
        broken: The promises that it broke.
    """

    stage: Stage
    result: Result
    healthy: int
    took_s: float
    broken: tuple[str, ...]


def create(
    script: Script,
    incident: Incident | None = None,
    sinks: tuple[Sink, ...] = (),
    *,
    canary: bool = False,
) -> Creation:
    """Rehearse a creation by cage.

    Args:
        incident: The incident that happens, one that fits; None: none.
        sinks: Receive the story's events.
        canary: Whether to check a canary task first.

    Raises:
        CageError: The creation can't be requested like that.
    """
    stage = script.furnish()
    # The family has a revision already, so incidents recognize the next one by its number.
    stage.call("register_task_definition", **script.task_definition)
    if incident is not None:
        incident.arm(stage)
    told: list[Event] = []
    began_s = stage.world.now

    async def story() -> Result:
        context, decisions = attending(stage, (told.append, *sinks, stage.hear), None)
        return await up(context, script.request, decisions, canary=canary)

    result = loop.run(story, at_s=began_s)
    took_s = stage.world.now - began_s
    stage.world.run_until(stage.world.now + AFTERWARDS_S)
    made = (stage.cluster, stage.service_name) in stage.world.services
    healthy = stage.world.healthy_targets(stage.service) if made else 0
    broken = tuple(_broken(stage, result, told, made=made))
    return Creation(stage, result, healthy, took_s, broken)


def _broken(stage: Stage, result: Result, told: list[Event], *, made: bool) -> Iterator[str]:
    """Yield the promises that a creation broke."""
    if not told or not isinstance(told[-1], OperationFinished):
        yield "the last event is not OperationFinished"
    if isinstance(result.outcome, Aborted) and made:
        yield "said to be aborted, and the service exists"
    completed = made and stage.service.primary.rollout_state == "COMPLETED"
    if isinstance(result.outcome, Promoted) and not completed:
        yield "said to be steady, and its deployment isn't completed"
    for task in stage.world.tasks.all.values():
        if is_canary(task) and not task.stopping:
            yield f"canary task {task.id} is still running"
