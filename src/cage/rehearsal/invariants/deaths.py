"""How the death of a canary counts."""

from __future__ import annotations

from cage.model.events import Event, Noticed
from cage.model.outcome import Interrupted
from cage.rehearsal.invariants.run import Run
from ecs_simulator.world.task_entities import SimTask

EARLY_S = 30.0
"""A canary that exits within this time is never promoted."""

_STOPPED = "the canary task stopped"
_OWN = frozenset({"EssentialContainerExited", "SpotInterruption", "TerminationNotice"})


def exited_after_s(task: SimTask) -> float | None:
    """Return how long a task ran until one of its containers ended it; None: nothing of that."""
    ran_s, stopped_s = task.entered.get("RUNNING"), task.entered.get("DEACTIVATING")
    if task.stop_code != "EssentialContainerExited" or ran_s is None or stopped_s is None:
        return None
    return stopped_s - ran_s


def what_exits_early_is_never_promoted(run: Run) -> str | None:
    """The service isn't updated to a revision whose canary exited within half a minute."""
    timeouts = run.script.request.timeouts
    if max(timeouts.idle_s, timeouts.bake_s) < EARLY_S or run.got_nowhere:
        return None
    updated = {str(call.params.get("taskDefinition")) for call in run.done("UpdateService")}
    for task in run.canaries():
        after_s = exited_after_s(task)
        if after_s is not None and after_s < EARLY_S and task.revision.arn in updated:
            return f"canary task {task.id} exited after {after_s:.0f} s, and its revision was sent"
    return None


def no_death_is_untold(run: Run) -> str | None:
    """A canary that stopped on its own after it ran is reported.

    An operation that was stopped, or a kill in between, ends what can be reported.
    """
    result = run.act.result
    if result is None or isinstance(result.outcome, Interrupted) or run.began > 1:
        return None
    told = any(_STOPPED in _text(event) for event in run.events)
    for task in run.canaries():
        if task.reached_running and task.stop_code in _OWN and not told:
            return f"canary task {task.id} stopped ({task.stop_code}), and nothing says so"
    return None


def _text(event: Event) -> str:
    return event.message if isinstance(event, Noticed) else str(event)


INVARIANTS = (what_exits_early_is_never_promoted, no_death_is_untold)
