"""Rehearses a rollout: cage and a plain update-service, in the same world, side by side."""

from __future__ import annotations

import collections
import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any

from cage.context import Context
from cage.model import identity
from cage.model.base import Shape
from cage.model.errors import CageError
from cage.model.events import ApprovalAwaited, Event, HookStarted, Noticed
from cage.model.result import Result
from cage.model.services import PAUSE
from cage.options.request import Request
from cage.rehearsal.check_inputs import furnish
from cage.rehearsal.incidents.incident import Incident, arm
from cage.rehearsal.incidents.triggers import KilledError
from cage.rehearsal.ledger import Ledger
from cage.rehearsal.stage import REGION, Stage
from cage.rollout.recovery import resume
from cage.rollout.rollout import rollout
from cage.rollout.run import new_rollout_id
from cage.runtime import clock
from cage.runtime.decisions import Decision, Decisions, Word
from cage.runtime.interruption import Interruption
from cage.runtime.journal import Journal, Sink
from ecs_simulator import loop
from ecs_simulator.api import Made

AFTERWARDS_S = 300.0
"""How long the world is watched after a rollout has ended."""

_PLAIN_GIVES_UP_S = 3600.0
LOCK_HOLDER = "rehearsal"


@dataclasses.dataclass(frozen=True, slots=True)
class Script:
    """The setup of a rehearsal.

    Attributes:
        request: The request to production's code. Its task definition is used for both the
            current revision and the next one.
        seed: The random seed.
        group_settings: Differences from ELB's defaults, by attribute of `SimTargetGroup`.
        scaling: Differences from the managed scaling of capacity providers, by member of
            ECS's `ManagedScaling`.
        wire: Whether each AWS call is written and read as on a network. That changes nothing but
            the time it takes.
    """

    request: Request
    seed: int = 0
    group_settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    scaling: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    wire: bool = False

    @classmethod
    def of(
        cls,
        service: Shape,
        task_definition: Shape,
        *,
        seed: int = 0,
        group_settings: Mapping[str, Any] | None = None,
        scaling: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> Script:
        """Return a script for definitions, with fields of the request as keywords."""
        request = Request(
            **{
                "region": REGION,
                "cluster": (service.get("cluster") or "default").rpartition("/")[2],
                "service": str(service["serviceName"]),
                "service_definition": service,
                "task_definition": task_definition,
                **fields,
            }
        )
        return cls(request, seed, group_settings or {}, scaling or {})

    def but(self, **fields: Any) -> Script:
        """Return a copy with other fields of its own, or of the request."""
        own = {
            name: fields.pop(name)
            for name in ("seed", "group_settings", "scaling", "wire")
            if name in fields
        }
        return dataclasses.replace(self, request=dataclasses.replace(self.request, **fields), **own)

    def locked(self) -> Script:
        """Return a copy with the service's lock in use."""
        return self.but(lock_as=LOCK_HOLDER)

    @property
    def service(self) -> Shape:
        """The input of create-service."""
        return self.request.service_definition or {}

    @property
    def task_definition(self) -> Shape:
        """The input of register-task-definition."""
        return self.request.task_definition or {}

    def stage(self) -> Stage:
        """Create a world and bring up the service in it.

        Raises:
            RefusedError: The service doesn't become steady.
        """
        made = self.furnish()
        made.bring_up()
        return made

    def furnish(self) -> Stage:
        """Create a world, without the service."""
        made = Stage(
            self.service,
            self.task_definition,
            seed=self.seed,
            cluster=self.request.cluster,
            instance=self.request.canary_instance,
            group_settings=self.group_settings,
            scaling=self.scaling,
            checks=self.request.checks,
            timeouts=self.request.timeouts,
            wire=self.wire,
        )
        furnish(made)
        return made


@dataclasses.dataclass(frozen=True, slots=True)
class Act:
    """One rehearsed rollout.

    Attributes:
        result: How the rollout ended; None if it was refused with `error`.
        calls: The AWS calls that it made, in order.
        done: Those of them that took effect.
        made: The calls with their parameters, including calls that others made while it ran.
        began_s: Virtual time of the rollout's start, in the world.
        took_s: Virtual seconds that it took.
        before: Healthy targets before the rollout.
        fewest: The lowest number of healthy targets from its start until some time after its end.
        desired_before: The desired count before the rollout.
        parted: Targets that cage deregistered while a task of the service's own had them.
        fewest_serving: The same as `fewest`, with the canary.
        leases_before: The leases of the canary tasks that existed before it, by task id.
        happened: Whether the incident happened, if that depends on what is done.
    """

    stage: Stage
    result: Result | None
    error: CageError | None
    calls: tuple[str, ...]
    done: tuple[str, ...]
    began_s: float
    took_s: float
    before: int
    fewest: int
    made: tuple[Made, ...] = ()
    desired_before: int = 0
    parted: tuple[str, ...] = ()
    leases_before: Mapping[str, str] = dataclasses.field(default_factory=dict)
    happened: bool = True
    fewest_serving: int = 0


def with_cage(
    script: Script,
    incident: Incident | None = None,
    sinks: tuple[Sink, ...] = (),
    prepare: Callable[[Stage], None] | None = None,
    interruption: Interruption | None = None,
) -> Act:
    """Rehearse a rollout by cage, and its resumption if it is killed.

    Args:
        incident: The incident that happens; None: none.
        sinks: Receive the story's events.
        prepare: Called with the stage when the service is up, before the rollout.
        interruption: Handles signals for the rollout.
    """
    stage = script.stage()
    taking = interruption or Interruption()
    stage.interrupt = taking
    desired_before = stage.service.desired
    if incident is not None:
        script = script.locked() if incident.locked else script
        incident.arm(stage)
    if prepare is not None:
        prepare(stage)
    return act_on(stage, script, sinks, taking, desired_before)


def act_on(
    stage: Stage,
    script: Script,
    sinks: tuple[Sink, ...] = (),
    interruption: Interruption | None = None,
    desired_before: int | None = None,
) -> Act:
    """Roll out on an existing stage, and watch the result.

    Args:
        desired_before: The desired count before the rollout; None: the same as now.
    """
    ledger = Ledger(stage)
    ledger.open()
    api, tasks = stage.api, stage.world.tasks.all
    leases = {t.id: t.tags.get(identity.LEASE_TAG, "") for t in tasks.values()}
    began_s = stage.world.now
    wanted = stage.service.desired if desired_before is None else desired_before
    calls_before, done_before, made_before = len(api.calls), len(api.done), len(api.made)
    api.keep = True
    api.asked.clear()
    parted: list[str] = []
    stage.world.gates.insert(0, functools.partial(_note_parted, stage, parted))
    result, error = _told(script, stage, (*sinks, stage.hear), interruption)
    stage.interrupt = lambda _signal: None  # nothing is left to hear it
    took_s = stage.world.now - began_s
    calls, done = tuple(api.calls[calls_before:]), tuple(api.done[done_before:])
    made = tuple(api.made[made_before:])
    stage.world.run_until(stage.world.now + AFTERWARDS_S)
    return Act(
        stage=stage,
        result=result,
        error=error,
        calls=calls,
        done=done,
        began_s=began_s,
        took_s=took_s,
        before=ledger.before,
        fewest=ledger.fewest,
        fewest_serving=ledger.serving,
        made=made,
        desired_before=wanted,
        parted=tuple(parted),
        leases_before=leases,
    )


def _note_parted(stage: Stage, parted: list[str], operation: str, params: dict[str, Any]) -> None:
    """Record a target that is taken from one of the service's own tasks, at that moment."""
    for target in params.get("Targets") or () if operation == "DeregisterTargets" else ():
        address = (str(target.get("Id")), int(target.get("Port") or 0))
        task = stage.world.tasks.occupant(address)
        if task is not None and task in stage.service.tasks and not task.stopping:
            parted.append(f"{address[0]}:{address[1]} of task {task.id}")


def _told(
    script: Script, stage: Stage, sinks: tuple[Sink, ...], interruption: Interruption | None
) -> tuple[Result | None, CageError | None]:
    """Roll out, and resume each time the process is killed."""
    tell, heard = roll_out, collections.deque[Event](maxlen=1)
    sinks = (*sinks, heard.append)
    while True:
        told = functools.partial(tell, script, stage, sinks, interruption)
        try:
            return loop.run(told, at_s=stage.world.now), None
        except CageError as refused:
            return None, refused
        except KilledError:
            stage.killed = False
            rollout_id = heard[-1].rollout_id if heard else ""
            tell = functools.partial(_resume_killed, rollout_id)


async def roll_out(
    script: Script,
    stage: Stage,
    sinks: tuple[Sink, ...] = (),
    interruption: Interruption | None = None,
) -> Result:
    """Roll out on a stage, with production's own code. Use it inside the virtual loop."""
    context, decisions = attending(stage, sinks, interruption)
    return await rollout(context, _attended(script.request), decisions)


async def _resume_killed(
    rollout_id: str,
    script: Script,
    stage: Stage,
    sinks: tuple[Sink, ...],
    interruption: Interruption | None,
) -> Result:
    """Report that a rollout's process was killed, and resume the rollout."""
    killed = Journal(rollout_id, sinks, stage.service_name, stage.mask)
    killed.tell(Noticed("the process was killed (SIGKILL); cage resume continues the rollout"))
    return await resume_there(script, stage, sinks, interruption)


async def resume_there(
    script: Script,
    stage: Stage,
    sinks: tuple[Sink, ...] = (),
    interruption: Interruption | None = None,
) -> Result:
    """Resume a rollout on a stage, with production's own code. Use it inside the virtual loop."""
    context, decisions = attending(stage, sinks, interruption)
    request = dataclasses.replace(_attended(script.request), task_definition=None)
    return await resume(context, request, decisions)


def attending(
    stage: Stage, sinks: tuple[Sink, ...], interruption: Interruption | None
) -> tuple[Context, Decisions]:
    """Return the context of a rollout that someone attends, and that person's decisions."""
    decisions = Decisions()
    journal = journal_of(stage, (*sinks, _approving(stage, decisions)))
    return stage.context(journal, interruption), decisions


def journal_of(stage: Stage, sinks: tuple[Sink, ...]) -> Journal:
    """Return a journal with a rollout id drawn from the stage's seed. Use it inside the loop."""
    name = new_rollout_id(clock.now(), lambda: stage.world.engine.between(0, 1))
    return Journal(name, sinks, stage.service_name, stage.mask)


def _attended(request: Request) -> Request:
    """Return the request of a rollout that someone attends: pauses are waited for."""
    return dataclasses.replace(request, on_pause=request.on_pause or "wait")


def _approving(stage: Stage, decisions: Decisions) -> Sink:
    """Return a sink that approves some time after the rollout starts waiting for approval.

    It also continues each pause of the deployment, some time after cage has seen it.
    """

    def approve() -> None:
        decisions(Decision(Word.PROMOTE, "the rehearsal"))

    def hear(event: Event) -> None:
        if isinstance(event, ApprovalAwaited) and stage.approves_after_s is not None:
            stage.world.engine.after(stage.approves_after_s, approve)
        paused = isinstance(event, HookStarted) and event.hook_type == PAUSE
        if paused and stage.continues_after_s is not None:
            stage.world.engine.after(stage.continues_after_s, stage.continue_pauses)

    return hear


def _decide_pauses(stage: Stage) -> None:
    """Continue the pauses of a deployment that no one follows, once they have lasted a while."""
    hooks, after_s = stage.service.history[0].hooks, stage.continues_after_s
    if after_s is not None and any(stage.world.now - h.began_s >= after_s for h in hooks):
        stage.continue_pauses()


def with_update_service(script: Script, incident: Incident | None = None) -> Act:
    """Rehearse a common alternative: register the revision and call update-service."""
    stage = script.stage()
    ledger = Ledger(stage)
    ledger.open()
    began_s = stage.world.now
    registered = stage.call("register_task_definition", **script.task_definition)
    arn = registered["taskDefinition"]["taskDefinitionArn"]
    stage.call(
        "update_service",
        cluster=stage.cluster,
        service=stage.service_name,
        taskDefinition=arn,
    )
    # Armed only now, because a person who deploys manually also repeats a throttled call.
    happened: list[bool] = []
    if incident is not None:
        arm(stage, incident, lambda: happened.append(True))
    until = began_s + _PLAIN_GIVES_UP_S
    while stage.service.primary.rollout_state == "IN_PROGRESS" and stage.world.now < until:
        _decide_pauses(stage)
        stage.world.run_until(stage.world.now + 1.0)
    took_s = stage.world.now - began_s
    stage.world.run_until(stage.world.now + AFTERWARDS_S)
    act = Act(stage, None, None, (), (), began_s, took_s, ledger.before, ledger.fewest)
    happens = incident is None or bool(happened)
    return dataclasses.replace(act, happened=happens, fewest_serving=ledger.serving)
