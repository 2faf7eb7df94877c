"""Everything is cleaned up."""

from __future__ import annotations

from cage.model import identity
from cage.model.outcome import Promoted
from cage.rehearsal.invariants.run import Run
from cage.rehearsal.ledger import is_canary
from ecs_simulator.world.task_entities import SimTask


def no_canary_left(run: Run) -> str | None:
    """None of the rollout's canary tasks is running, except those reported as not cleaned up."""
    result = run.act.result
    said = " ".join(result.left_behind) if result is not None else ""
    for task in run.canaries():
        told = task.id in said or f"--started-by {task.started_by}" in said
        if not task.stopping and not told:
            return f"canary task {task.id} is left {task.last_status}"
    return None


def no_target_left(run: Run) -> str | None:
    """Every target is a task of the service, is draining, or is reported as not cleaned up."""
    result = run.act.result
    said = " ".join(result.left_behind) if result is not None else ""
    if run.got_nowhere:
        return None
    began_s, world = run.act.began_s, run.act.stage.world
    for group in world.groups.groups.values():
        for (host, port), target in group.targets.items():
            task = world.tasks.occupant(target.address)
            if target.state.endswith("draining") or f"id={host},port={port}" in said.lower():
                continue
            if task is None and not run.others_deploy:
                return f"target {host}:{port} of no task is left {target.state} in {group.name}"
            if task is not None and is_canary(task) and task.created_s >= began_s:
                return f"canary target {host}:{port} is left {target.state} in {group.name}"
    return None


def others_leavings_are_gone(run: Run) -> str | None:
    """A rollout that reports a promotion removed all canaries left earlier by dead rollouts."""
    result = run.act.result
    if not isinstance(result and result.outcome, Promoted):
        return None
    if run.act.stage.world.engine.replica is not None:
        return None  # a canary left just before isn't visible yet if reads lag
    for task in run.act.stage.world.tasks.all.values():
        before = is_canary(task) and task.created_s <= run.act.began_s
        if before and not task.stopping and not _renewed(task, run):
            return f"canary task {task.id} of a dead rollout is left {task.last_status}"
    return None


def _renewed(task: SimTask, run: Run) -> bool:
    """Return whether someone renewed the task's lease during the rollout."""
    return task.tags.get(identity.LEASE_TAG) != run.act.leases_before.get(task.id)


INVARIANTS = (no_canary_left, no_target_left, others_leavings_are_gone)
