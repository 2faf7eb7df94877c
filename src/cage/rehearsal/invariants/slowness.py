"""Invariants of slow deployments: they are not rolled back for being slow."""

from __future__ import annotations

from cage.model.events import DeploymentLost, ServiceUpdated
from cage.rehearsal.invariants.run import Run


def time_is_no_cause(run: Run) -> str | None:
    """Each rollback by cage had a cause other than time, unless `--on-timeout` is rollback.

    Tasks that fail or stay unhealthy, an alarm or the floor is a cause.
    """
    if run.script.request.on_timeout != "leave":
        return None
    lost = [event for event in run.events if isinstance(event, DeploymentLost)]
    forth = [event for event in lost if event.reason == "timed-out"]
    ours = [event.deployment_id for event in run.events if isinstance(event, ServiceUpdated)]
    if any(event.deployment_id in ours[:1] for event in forth):
        return f"it was only slow, and it was abandoned: {forth[0].message}"
    outcome = run.act.result.outcome if run.act.result is not None else None
    if getattr(outcome, "reason", "") == "TasksFail" and not _a_task_failed(run):
        return "said that its tasks fail, and none has"
    return None


def _a_task_failed(run: Run) -> bool:
    tasks = run.act.stage.world.tasks.all.values()
    own_fault = {"TaskFailedToStart", "EssentialContainerExited"}
    return any(
        task.revision.arn != run.revision_before
        and (task.stop_code in own_fault or "failed" in task.stopped_reason.lower())
        for task in tasks
    )


INVARIANTS = (time_is_no_cause,)
