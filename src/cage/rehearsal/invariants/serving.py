"""How many targets serve, with the canary."""

from __future__ import annotations

import math

from cage.model.outcome import Promoted, RolledBack
from cage.rehearsal.invariants.run import Run

_NO_LONGER = "no longer needs"
"""Part of the reason that cage gives to StopTask."""

_BY_ECS = "DeploymentFailed"
"""The reason of a rollback that ECS begins for tasks that fail, not for what a check says."""


def the_canary_serves_while_it_is_needed(run: Run) -> str | None:
    """As many targets serve as at the start, if ECS lacks at most one task at a time."""
    act, outcome = run.act, run.act.result.outcome if run.act.result is not None else None
    service, request = act.stage.service, run.script.request
    ended = isinstance(outcome, Promoted) or (
        isinstance(outcome, RolledBack) and outcome.reason == _BY_ECS
    )
    unlike = run.service_suffers or run.others_deploy or run.began > 1 or service.shifts
    changed = request.no_canary or request.update_service or request.desired_count is not None
    if not ended or unlike or changed or not service.load_balancers:
        return None
    lacks = service.desired - math.ceil(
        service.desired * service.percent("minimumHealthyPercent") / 100
    )
    lost = any(_NO_LONGER not in task.stopped_reason for task in run.canaries())
    if lacks > 1 or lost or act.before < service.desired:
        return None
    if act.fewest_serving < min(act.before, service.desired):
        return f"only {act.fewest_serving} targets served of {act.before}, with the canary"
    return None


INVARIANTS = (the_canary_serves_while_it_is_needed,)
