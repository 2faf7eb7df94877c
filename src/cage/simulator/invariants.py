"""What must hold after every rehearsed rollout, whatever went wrong in it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

from cage.canary import identity
from cage.events import Event, RolloutFinished
from cage.outcome import Aborted, Interrupted, Promoted, RolledBack
from cage.policy import catalogue
from cage.simulator.incidents import Incident
from cage.simulator.rehearsal import Act, Script


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """A rehearsed rollout, with all that was said and done in it."""

    script: Script
    incident: Incident | None
    act: Act
    events: tuple[Event, ...]
    revision_before: str


def no_canary_left(run: Run) -> str | None:
    """No canary task runs, and none is registered, unless the run says that it is left."""
    result = run.act.result
    if result is not None and result.left_behind:
        return None
    world = run.act.stage.world
    for task in world.tasks.all.values():
        if not task.group.startswith(identity.GROUP):
            continue
        if not task.stopping:
            return f"canary task {task.id} is left {task.last_status}"
        for group in world.groups.groups.values():
            for address, target in group.targets.items():
                if world.tasks.occupant(address) is task and target.state != "draining":
                    return f"canary target {address} is left {target.state} in {group.name}"
    return None


def aborted_means_unchanged(run: Run) -> str | None:
    """Whoever says that the service wasn't changed is right: its revision is the old one."""
    result, service = run.act.result, run.act.stage.service
    if run.incident is not None and run.incident.others_deploy:
        return None
    if isinstance(result and result.outcome, Aborted) and "UpdateService" in run.act.done:
        return "aborted, and the service was updated"
    if (result is None or result.service_intact) and not isinstance(
        result and result.outcome, RolledBack
    ):
        now = service.primary.revision.arn
        if now != run.revision_before:
            return f"the service is said to be unchanged and runs {now}"
    return None


def cage_takes_no_target(run: Run) -> str | None:
    """Healthy targets never fall below what the service's own percents allow, because of cage."""
    if run.incident is not None and run.incident.hurts_running_tasks:
        return None
    act, result = run.act, run.act.result
    service = act.stage.service
    percent = service.percent("minimumHealthyPercent")
    least = min(act.before, math.ceil(service.desired * percent / 100))
    if result is None or result.service_intact:
        least = act.before if not isinstance(result and result.outcome, RolledBack) else least
    if act.fewest < least:
        return f"only {act.fewest} healthy targets were left of {act.before}, {least} is the least"
    return None


def ended_in_time(run: Run) -> str | None:
    """Every run ends by the sum of its deadlines, and the drain that nobody can shorten."""
    groups = run.act.stage.world.groups.groups.values()
    drain_s = max((g.deregistration_delay_s for g in groups), default=0.0)
    bound_s = run.script.timeouts.longest_s + run.script.asked.longest_s + 2 * drain_s + 600.0
    if run.act.took_s > bound_s:
        return f"it took {run.act.took_s:.0f} s; {bound_s:.0f} s is the most"
    return None


def verdict_is_true(run: Run) -> str | None:
    """What the last event says of the service is what the world shows."""
    result, service = run.act.result, run.act.stage.service
    if not run.events or not isinstance(run.events[-1], RolloutFinished):
        return "the last event is not RolloutFinished"
    if result is None:
        return None
    if run.events[-1].outcome != result.outcome:
        return "the last event and the result differ"
    runs = service.primary.revision.arn
    match result.outcome:
        case Promoted(revision_arn, deployment_id):
            ours = next((d for d in service.deployments if d.id == deployment_id), None)
            if runs != revision_arn or ours is None or ours.rollout_state != "COMPLETED":
                return f"said to be promoted, and the service runs {runs}"
        case RolledBack(revision_arn=revision_arn):
            if runs != revision_arn or service.primary.rollout_state != "COMPLETED":
                return f"said to be rolled back to {revision_arn}, and the service runs {runs}"
        case Interrupted(service_changed=False) if runs != run.revision_before:
            return f"said to be unchanged, and the service runs {runs}"
        case _:
            pass
    return None


def outcome_is_right(run: Run) -> str | None:
    """The outcome is one that the incident's own file calls right."""
    if run.incident is None or run.act.result is None:
        return None
    said = type(run.act.result.outcome).__name__
    if said not in run.incident.right:
        return f"{run.incident.name} ended as {said}: {run.act.result.outcome}"
    return None


def policy_allows_every_call(run: Run) -> str | None:
    """What the rollout called, `cage policy rollout` allows."""
    asked = {catalogue.action(*call) for call in run.act.stage.api.asked}
    missing = sorted(asked - catalogue.calls("rollout") - catalogue.FREE)
    if missing:
        rows = ", ".join(f'"{action}": ("rollout",)' for action in missing)
        return f"a rollout calls what its policy lacks: add {rows} to cage/policy/catalogue.py"
    return None


INVARIANTS: tuple[Callable[[Run], str | None], ...] = (
    no_canary_left,
    aborted_means_unchanged,
    cage_takes_no_target,
    ended_in_time,
    verdict_is_true,
    outcome_is_right,
    policy_allows_every_call,
)


def violations(run: Run) -> list[str]:
    """Return every invariant that doesn't hold, each in one line."""
    found = []
    for invariant in INVARIANTS:
        said = invariant(run)
        if said is not None:
            found.append(f"{invariant.__name__}: {said}")
    return found
