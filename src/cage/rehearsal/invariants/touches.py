"""Invariants of cage's calls: only its own resources, and nothing twice."""

from __future__ import annotations

import itertools

from cage.model import identity
from cage.model.events import CanaryRepeated, CanarySwept, ServiceFound
from cage.model.outcome import Aborted, Interrupted, RolledBack
from cage.rehearsal.invariants.run import Run
from cage.rehearsal.ledger import is_canary

_NEVER = frozenset(
    {
        "CreateCluster", "CreateService", "CreateTaskSet", "DeleteCluster", "DeleteService",
        "DeleteTaskDefinitions", "DeregisterContainerInstance", "DeregisterTaskDefinition",
        "UpdateContainerInstancesState", "UpdateTaskProtection",
    }
)  # fmt: skip
_START = ("RunTask", "StartTask")
_CHANGES = (
    *_START,
    "RegisterTaskDefinition",
    "RegisterTargets",
    "UpdateService",
    "StopServiceDeployment",
)


def only_its_own_is_touched(run: Run) -> str | None:
    """Only canary tasks are stopped and deregistered; a desired count is sent on request only."""
    stage = run.act.stage
    world = stage.world
    for call in run.by_cage(*_NEVER):
        return f"{call.operation} is not cage's to call"
    for call in run.by_cage("StopTask"):
        task = world.tasks.all.get(str(call.params.get("task")))
        if task is not None and not is_canary(task):
            return f"task {task.id} of {task.group} was stopped, but isn't a canary"
    for target in run.act.parted:
        return f"target {target} was deregistered, but its task isn't a canary"
    for call in run.by_cage("UpdateService"):
        if "desiredCount" in call.params and run.script.request.desired_count is None:
            return "UpdateService was sent a desired count"
        if str(call.params.get("service")).rpartition("/")[2] != stage.service_name:
            return f"UpdateService was sent for {call.params.get('service')}"
    return None


def nothing_is_done_twice(run: Run) -> str | None:
    """One revision, one canary per turn, one update, and one more update to roll back."""
    result = run.act.result
    repeats = sum(isinstance(e, CanaryRepeated) for e in run.events)
    if len(run.canaries()) > run.turns + repeats:
        return f"{len(run.canaries())} canaries in {run.turns} turns, and {repeats} were repeated"
    # ECS accepts no token for it, so a revision whose answer was lost is registered again.
    if sum(call.answered for call in run.done("RegisterTaskDefinition")) > 1:
        return "a revision was registered twice"
    # An update without a revision restores settings after ECS's own rollback.
    updates = [u for u in run.done("UpdateService") if u.params.get("taskDefinition")]
    sent = [str(call.params.get("taskDefinition")) for call in updates]
    # A repeated call whose answer was lost is the same update again, and ECS treats it so.
    changed = [arn for index, arn in enumerate(sent) if index == 0 or sent[index - 1] != arn]
    # A rollout that waits for its turn finds the revision that the other has deployed.
    found = [e.revision_arn for e in run.events if isinstance(e, ServiceFound)]
    if len(changed) > 1 and changed[1:] != (found or [run.revision_before])[-1:]:
        return f"the service was updated to {', '.join(changed)}"
    if len(changed) > 1 and isinstance(result and result.outcome, Aborted):
        return "aborted, and the service was updated and put back"
    return None


def one_canary_at_a_time(run: Run) -> str | None:
    """A canary is started only once the previous one is stopping."""
    canaries = sorted(run.canaries(), key=lambda task: task.created_s)
    for earlier, later in itertools.pairwise(canaries):
        gone_s = earlier.stopped_s
        if gone_s is None or (gone_s > later.created_s and earlier.reached_running):
            return f"canary {later.id} was started while canary {earlier.id} was running"
    return None


def refused_means_nothing_done(run: Run) -> str | None:
    """A rollout that is refused at its first step has changed nothing and registered nothing."""
    result = run.act.result
    outcome = result.outcome if result is not None else None
    refused = result is None or (isinstance(outcome, Aborted) and outcome.step == "require")
    if not refused or run.got_nowhere or run.turns > 1:
        return None
    for call in run.done(*_CHANGES):
        return f"refused, and {call.operation} was done"
    swept = [e.task_arn for e in run.events if isinstance(e, CanarySwept)]
    for call in run.done("StopTask"):
        task = run.act.stage.world.tasks.all.get(str(call.params.get("task")))
        if task is not None and task.arn not in swept and task in run.canaries():
            return "refused, and a canary was stopped"
    return None


def an_unchanged_service_was_not_updated(run: Run) -> str | None:
    """A rollout that reports the service as unchanged has not updated it."""
    result = run.act.result
    outcome = result.outcome if result is not None else None
    says_so = (
        outcome is None
        or isinstance(outcome, Aborted)
        or (isinstance(outcome, Interrupted) and not outcome.service_changed)
    )
    if says_so and not run.got_nowhere and run.done("UpdateService"):
        return f"{type(outcome).__name__} without a change, and the service was updated"
    if isinstance(outcome, RolledBack) and not run.done("UpdateService"):
        return "said to be rolled back, and never updated"
    return None


def every_canary_can_be_recognised(run: Run) -> str | None:
    """Every canary that cage starts can be found in ECS alone, by group, starter and lease."""
    for call in run.by_cage(*_START):
        group = str(call.params.get("group"))
        tags = {tag.get("key") for tag in call.params.get("tags") or ()}
        if group != identity.group(run.act.stage.service_name):
            return f"a task was started in group {group}"
        if call.params.get("startedBy") != identity.started_by(run.act.stage.service_name):
            return f"a task was started by {call.params.get('startedBy')}"
        if identity.LEASE_TAG not in tags:
            return "a canary was started without a lease"
    return None


INVARIANTS = (
    only_its_own_is_touched,
    nothing_is_done_twice,
    one_canary_at_a_time,
    refused_means_nothing_done,
    an_unchanged_service_was_not_updated,
    every_canary_can_be_recognised,
)
