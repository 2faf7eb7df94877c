"""Invariants of reports: true, in time, and complete with a last event."""

from __future__ import annotations

import itertools

from cage.model.events import OperationFinished, OperationStarted, ServiceUpdated, WaitStarted
from cage.model.outcome import (
    Aborted,
    Interrupted,
    Promoted,
    RolledBack,
    StillFinishing,
    Superseded,
    Unproven,
)
from cage.rehearsal.invariants.run import Run


def ended_in_time(run: Run) -> str | None:
    """Every run ends by the sum of its deadlines plus the drain, which can't be shortened.

    The time limit of a deployment depends on the service. cage reports it as the wait begins.
    """
    groups = run.act.stage.world.groups.groups.values()
    drain_s = max((g.deregistration_delay_s for g in groups), default=0.0)
    told_s = sum(
        event.timeout_s
        for event in run.events
        if isinstance(event, WaitStarted) and event.what.startswith("deployment ")
    )
    longest_s = run.script.request.longest_s + 2 * told_s
    bound_s = longest_s + 2 * drain_s + 600.0 + _hooks_s(run)
    if run.act.took_s > bound_s:
        return f"it took {run.act.took_s:.0f} s; {bound_s:.0f} s is the most"
    return None


def _hooks_s(run: Run) -> float:
    """Return how long the deployment can wait for its hooks: they count for no deadline."""
    hooks = (h for h in run.act.stage.world.engine.trace if h.what.startswith("hook "))
    begun = sum(1 for hook in hooks if hook.what in {"hook AWAITING_ACTION", "hook IN_PROGRESS"})
    service = run.act.stage.service
    configs = (service.configuration, *(record.configuration for record in service.history))
    hooked = [hook for config in configs for hook in config.get("lifecycleHooks") or ()]
    limits = [(hook.get("timeoutConfiguration") or {}) for hook in hooked]
    # An incident can let a function take the whole day that a stage can last.
    longest = max((int(limit.get("timeoutInMinutes") or 0) for limit in limits), default=0)
    longest = max(longest, 1440)
    return begun * longest * 60.0


def there_is_one_last_word(run: Run) -> str | None:
    """The first event begins the rollout, the last one ends it, and time never goes backward."""
    if not run.events or not isinstance(run.events[-1], OperationFinished):
        return "the last event is not OperationFinished"
    if not isinstance(run.events[0], OperationStarted):
        return "the first event is not OperationStarted"
    if sum(isinstance(event, OperationFinished) for event in run.events) > 1:
        return "it ended twice"
    if any(later.at < event.at for event, later in itertools.pairwise(run.events)):
        return "an event is older than the one before"
    result = run.act.result
    if result is not None and run.events[-1].outcome != result.outcome:
        return "the last event and the result differ"
    return None


def verdict_is_true(run: Run) -> str | None:
    """The last event's report about the service matches the world."""
    result, service = run.act.result, run.act.stage.service
    if result is None:
        return None
    runs = service.primary.revision.arn
    match result.outcome:
        case Promoted(revision_arn, deployment_id):
            trace = run.act.stage.world.engine.trace
            if not any(h.who == deployment_id and h.what == "deployment COMPLETED" for h in trace):
                return f"said to be promoted, and {deployment_id} was never completed"
            # A deployment during the removal of the canary comes after the confirmation.
            if runs != revision_arn and not run.others_deploy:
                return f"said to be promoted, and the service runs {runs}"
        case RolledBack(revision_arn=revision_arn):
            # The last look can't see a deployment that is younger than reads lag behind.
            unseen = run.others_deploy and run.act.stage.world.engine.replica is not None
            done = runs == revision_arn and service.primary.rollout_state == "COMPLETED"
            if not done and not unseen:
                return f"said to be rolled back to {revision_arn}, and the service runs {runs}"
        case Superseded(by_deployment_id):
            ours = {e.deployment_id for e in run.events if isinstance(e, ServiceUpdated)}
            theirs = next((d for d in service.deployments if d.id == by_deployment_id), None)
            if by_deployment_id in ours or (theirs is not None and theirs.rollback):
                return f"said to be superseded by {by_deployment_id}, which no one else began"
        case _:
            pass
    return None


def what_is_said_to_be_changed_was_updated(run: Run) -> str | None:
    """A report that the service was changed is true: cage called UpdateService."""
    outcome = run.act.result.outcome if run.act.result is not None else None
    changed = isinstance(outcome, StillFinishing | Unproven) or (
        isinstance(outcome, Interrupted) and outcome.service_changed
    )
    if changed and not run.by_cage("UpdateService"):
        return "said to be changed, and it was never updated"
    return None


def no_fewer_are_told_than_there_were(run: Run) -> str | None:
    """Reported availability isn't worse than it was. Polls can miss a dip, but never invent one.

    Deployments that move traffic aren't compared, because weights decide which tasks serve.
    """
    if run.act.stage.service.shifts:
        return None
    told = run.act.result.availability if run.act.result is not None else None
    if told is not None and told.targets and told.fewest_healthy < run.act.fewest:
        return (
            f"{told.fewest_healthy} healthy targets are reported, but {run.act.fewest} were there"
        )
    return None


def cage_does_not_break(run: Run) -> str | None:
    """Every run ends with an outcome, never with a bug of cage's own."""
    outcome = run.act.result.outcome if run.act.result is not None else None
    if getattr(outcome, "reason", "") == "Internal":
        return str(getattr(outcome, "message", ""))
    if run.act.error is not None and run.usual and not run.incidents:
        return f"refused, and nothing was wrong: {run.act.error}"
    return None


def a_failure_says_why(run: Run) -> str | None:
    """Every outcome except a promotion has a reason and a message."""
    outcome = run.act.result.outcome if run.act.result is not None else None
    if not isinstance(outcome, Aborted | RolledBack | Superseded | StillFinishing | Unproven):
        return None
    if not outcome.reason or not outcome.message:
        return f"{type(outcome).__name__} says nothing: {outcome}"
    return None


def outcome_is_right(run: Run) -> str | None:
    """If the incident is alone, the outcome is one that its own file calls right."""
    if not run.usual or not run.incidents or run.act.result is None:
        return None
    (incident,) = run.incidents
    said = type(run.act.result.outcome).__name__
    if said not in incident.right:
        return f"{incident.name} ended as {said}: {run.act.result.outcome}"
    return None


def nothing_wrong_ends_well(run: Run) -> str | None:
    """If nothing goes wrong, the revision is promoted."""
    if not run.usual or run.incidents or run.act.result is None:
        return None
    if not isinstance(run.act.result.outcome, Promoted):
        return f"nothing went wrong, and it ended as {run.act.result.outcome}"
    return None


_BLOCKED = "because of the service deployment configuration"
"""ECS's words for percents that let no deployment proceed."""


def no_good_deployment_is_lost(run: Run) -> str | None:
    """Each rollback has a cause: no deployment is lost because it was waited for.

    Percents that let ECS stop and start no task block a good deployment, too.
    """
    outcome = run.act.result.outcome if run.act.result is not None else None
    if not run.unharmed or _BLOCKED in str(getattr(outcome, "message", "")):
        return None
    by_cage = isinstance(outcome, RolledBack) and outcome.by == "cage"
    if by_cage or (isinstance(outcome, Unproven) and outcome.reason == "TimedOut"):
        return f"nothing was wrong with the deployment, and it was lost: {outcome}"
    return None


INVARIANTS = (
    ended_in_time,
    there_is_one_last_word,
    verdict_is_true,
    what_is_said_to_be_changed_was_updated,
    no_fewer_are_told_than_there_were,
    cage_does_not_break,
    a_failure_says_why,
    outcome_is_right,
    nothing_wrong_ends_well,
    no_good_deployment_is_lost,
)
