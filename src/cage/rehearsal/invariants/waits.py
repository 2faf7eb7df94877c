"""Invariants of deployments that wait: at a pause, for a function, or while traffic shifts."""

from __future__ import annotations

from cage.model.events import HookEnded, HookStarted, ServiceUpdated
from cage.model.outcome import RolledBack, StillFinishing, Unproven
from cage.rehearsal.invariants.run import Run
from ecs_simulator.operations.times import EPOCH

_OPEN = frozenset({"hook AWAITING_ACTION", "hook IN_PROGRESS"})
_SEEN_S = 900.0
"""A hook that lasts so long is seen, however rarely cage polls for a long one."""


def a_wait_loses_no_deployment(run: Run) -> str | None:
    """A deployment that shifts traffic or has hooks is not rolled back if nothing is wrong.

    It doesn't matter how long its functions, its pauses and its bake times last. ECS rolls back
    for reasons of its own too: an alarm, or someone who stops the deployment.
    """
    outcome = run.act.result.outcome if run.act.result is not None else None
    if not run.unharmed or not _waits(run):
        return None
    # PercentsBlock is a cause: ECS was unable to stop or start a task.
    back = (
        isinstance(outcome, RolledBack)
        and outcome.reason != "PercentsBlock"
        and (outcome.by == "cage" or "lifecycle" in outcome.message)
    )
    if back or (isinstance(outcome, Unproven) and outcome.reason == "TimedOut"):
        return f"nothing was wrong with the deployment, and it was lost: {outcome}"
    return None


def a_paused_deployment_has_a_way_on(run: Run) -> str | None:
    """A rollout that leaves a paused deployment reports its ID and how to continue it."""
    outcome = run.act.result.outcome if run.act.result is not None else None
    if not isinstance(outcome, StillFinishing) or outcome.reason != "Paused":
        return None
    named = outcome.deployment and outcome.deployment in outcome.message
    if not named or not all(f"cage {word} " in outcome.remedy for word in ("promote", "abort")):
        return f"the deployment is paused, and the report lacks how to continue it: {outcome}"
    return None


def every_long_wait_is_told(run: Run) -> str | None:
    """The start and the end of each hook that lasts are reported while cage follows it."""
    updated = [e for e in run.events if isinstance(e, ServiceUpdated)]
    if not run.unharmed or not updated:
        return None
    from_s = (updated[-1].at - EPOCH).total_seconds()
    until_s = run.act.began_s + run.act.took_s
    begun = {e.hook_id for e in run.events if isinstance(e, HookStarted)}
    ended = {e.hook_id for e in run.events if isinstance(e, HookEnded)}
    for hook_id, (began_s, ended_s) in _lives(run).items():
        if min(ended_s, until_s) - max(began_s, from_s) > _SEEN_S and hook_id not in begun:
            return f"the deployment waited for the hook {hook_id}, and that was not reported"
        if hook_id in begun - ended and ended_s < until_s - _SEEN_S:
            return f"the hook {hook_id} ended, and that was not reported"
    return None


def _waits(run: Run) -> bool:
    service = run.act.stage.service
    return service.shifts or bool(service.configuration.get("lifecycleHooks"))


def _lives(run: Run) -> dict[str, tuple[float, float]]:
    """Return when each hook began and ended, in the world's seconds."""
    found: dict[str, tuple[float, float]] = {}
    for happened in run.act.stage.world.engine.trace:
        if happened.what in _OPEN:
            began_s, _ = found.get(happened.who, (happened.at_s, 0.0))
            found[happened.who] = (began_s, float("inf"))
        elif happened.what.startswith("hook ") and happened.what != "hook invoked":
            began_s, _ = found.get(happened.who, (happened.at_s, 0.0))
            found[happened.who] = (began_s, happened.at_s)
    return found


INVARIANTS = (
    a_wait_loses_no_deployment,
    a_paused_deployment_has_a_way_on,
    every_long_wait_is_told,
)
