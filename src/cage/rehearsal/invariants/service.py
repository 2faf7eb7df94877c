"""Invariants of the service."""

from __future__ import annotations

import math

from cage.model.outcome import RolledBack
from cage.rehearsal.invariants.run import Run


def aborted_means_unchanged(run: Run) -> str | None:
    """A report that the service wasn't changed is true: its revision is the old one."""
    result, service = run.act.result, run.act.stage.service
    if run.others_deploy or run.got_nowhere:
        return None
    if (result is None or result.service_intact) and not isinstance(
        result and result.outcome, RolledBack
    ):
        now = service.primary.revision.arn
        if now != run.revision_before:
            return f"the service is said to be unchanged and runs {now}"
    return None


def cage_takes_no_target(run: Run) -> str | None:
    """Because of cage, healthy targets never fall below what the service's own percents allow."""
    if run.service_suffers:
        return None
    act, result = run.act, run.act.result
    service = act.stage.service
    percent = service.percent("minimumHealthyPercent")
    least = min(act.before, math.ceil(service.desired * percent / 100))
    if result is None or result.service_intact:
        # ECS can be about to stop a task that is surplus as the rollout begins.
        all_of_them = min(act.before, service.desired)
        rolled_back = isinstance(result and result.outcome, RolledBack)
        least = least if rolled_back else all_of_them
    if act.fewest < least:
        return f"only {act.fewest} healthy targets were left of {act.before}, {least} is the least"
    return None


def the_desired_count_is_the_users(run: Run) -> str | None:
    """Only the user, or a colleague, changes the desired count."""
    scaled = any("scales" in incident.name for incident in run.incidents)
    deleted = run.act.stage.service.status != "ACTIVE"
    if scaled or deleted or run.act.stage.service.daemon:
        return None
    now, before = run.act.stage.service.desired, run.act.desired_before
    requested = run.script.request.desired_count
    if now not in ({before} if requested is None else {before, requested}):
        return f"{before} tasks were wanted, and now {now} are"
    return None


INVARIANTS = (aborted_means_unchanged, cage_takes_no_target, the_desired_count_is_the_users)
