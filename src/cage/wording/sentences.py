"""One sentence for every event, for people who read a terminal or a CI log."""

from __future__ import annotations

from typing import assert_never

from cage.model import events
from cage.wording.endings import diagnosed, verified
from cage.wording.words import duration, group, several, short, task_id

_VERBS = {"up": "Creating", "rollback": "Rolling back", "resume": "Resuming the rollout of"}

_STANDS = {
    "unchanged": "the service is as it was",
    "ours": "it updated the service",
    "put-back": "it updated the service, which was put back since",
    "other": "somebody else changed the service since",
}


def sentence(event: events.Event) -> str | None:
    """Return the event as one line; None for what only programs want to know."""
    if isinstance(event, events.StoryEvent):
        return _of_story(event)
    if isinstance(event, events.CanaryEvent):
        return _of_canary(event)
    return _of_deployment(event)


def _of_story(event: events.StoryEvent) -> str | None:  # noqa: C901, PLR0912  one line a kind
    match event:
        case events.OperationStarted():
            verb = _VERBS.get(event.operation, "Rolling out")
            return f"{verb} {event.service} in {event.cluster}, {event.region} ({event.rollout_id})"
        case events.StepStarted():
            return event.title[0].upper() + event.title[1:]
        case events.Noticed():
            return f"Note: {event.message}"
        case events.LockTaken():
            return f"  lock {event.name} taken as {event.who}"
        case events.LockReleased():
            return f"  lock {event.name} released"
        case events.UnfinishedFound():
            return (
                f"  {event.left_by} did not end its rollout of {short(event.revision_arn)}: "
                + _STANDS.get(event.stand, event.stand)
            )
        case events.RollbackChosen():
            return (
                f"  from {short(event.present_revision_arn)} back to "
                f"{short(event.revision_arn)}: {event.why}"
            )
        case events.ServiceFound():
            groups = len(event.target_group_arns)
            behind = f", behind {several(groups, 'target group')}" if groups else ""
            return (
                f"  it runs {short(event.revision_arn)}, "
                f"{several(event.desired_count, 'task')}{behind}"
            )
        case events.Verified():
            return "\n".join(verified(event.findings))
        case events.RevisionReady():
            return f"  {short(event.revision_arn)} {'registered' if event.registered else 'found'}"
        case events.WaitStarted():
            return f"  waiting for {event.what}, at most {duration(event.timeout_s)}"
        case events.WaitProgressed():
            return f"    {event.message}"
        case events.SignalReceived():
            if event.again:
                return f"{event.signal} again: the clean-up is given up"
            return f"{event.signal}: cleaning up; send it again to give up"
        case events.CallRetried():
            return f"    AWS answered {event.operation} with {event.code}; asking again"
        case events.OperationFinished() | events.Ended():
            return None
        case _:
            assert_never(event)


def _of_canary(event: events.CanaryEvent) -> str | None:  # noqa: C901, PLR0912  one line a kind
    match event:
        case events.CanaryFound():
            return _found(event)
        case events.SweepFinished():
            return (
                f"{several(event.found, 'canary task')} found: {event.alive} of live rollouts, "
                f"{event.removed} taken away, {event.left} left."
            )
        case events.CanarySwept():
            return f"  canary task {task_id(event.task_arn)} of {event.left_by} taken away"
        case events.CanaryStarted():
            return f"  canary task {task_id(event.task_arn)} started {event.placement}"
        case events.CanaryRepeated():
            return f"  {event.cause} may heal: another canary starts in {duration(event.wait_s)}"
        case events.ApprovalAwaited():
            ways = "".join(f"\n    {way}" for way in event.ways)
            return f"  decide until {event.until}; else it is aborted:{ways}"
        case events.CheckPassed():
            return f"  passed {event.check}: {event.message}"
        case events.ProgramEnded():
            said = "\n".join(f"    | {line}" for line in event.output)
            return said if event.exit_code != 0 else None
        case events.CheckFailed():
            word = "no answer from" if event.inconclusive else "FAILED"
            return f"  {word} {event.check}: {event.message}"
        case events.Diagnosed():
            return "\n".join(diagnosed(event.diagnosis))
        case events.CanaryRegistered():
            return f"  registered {event.target} in {group(event.target_group_arn)}"
        case events.CanaryDeregistered():
            drain = f", draining for {duration(event.drain_s)}" if event.drain_s else ""
            return f"  canary {event.target} leaves {group(event.target_group_arn)}{drain}"
        case events.CanaryStopped():
            return f"  canary task {task_id(event.task_arn)} has stopped; nothing is left of it"
        case events.CleanUpFailed():
            left = "".join(f"\n    {line}" for line in event.left)
            return f"  NOT CLEANED UP ({event.why}); left behind:{left}"
        case _:
            assert_never(event)


def _of_deployment(event: events.DeploymentEvent) -> str:
    match event:
        case events.ServiceCreated():
            return f"  service created, on {short(event.revision_arn)}"
        case events.ServiceUpdated():
            return f"  service updated to {short(event.revision_arn)}, {event.deployment_id}"
        case events.DeploymentProgressed():
            return _progress(event)
        case events.DeploymentProven():
            return (
                f"  proven: {event.deployment_id} is completed, primary, and on "
                f"{short(event.revision_arn)}"
            )
        case events.DeploymentLost():
            return f"  LOST {event.deployment_id} ({event.reason}): {event.message}"
        case _:
            assert_never(event)


def _progress(event: events.DeploymentProgressed) -> str:
    words = [event.rollout_state.lower().replace("_", " ") or "deploying"]
    if event.stage:
        words.append(event.stage.lower().replace("_", " "))
    if event.traffic_percent is not None:
        words.append(f"{event.traffic_percent:g} % of the traffic")
    failed = f", {event.failed_tasks} failed in a row" if event.failed_tasks else ""
    return (
        f"    {', '.join(words)}: {event.running_count} of {event.desired_count} tasks run, "
        f"{event.pending_count} pending{failed}"
    )


def _found(event: events.CanaryFound) -> str:
    state = "alive" if event.alive else "DEAD"
    word = "until" if event.alive else "since"
    where = f"; in {', '.join(event.targets)}" if event.targets else ""
    return (
        f"  {state} {word} {event.alive_until}: canary task {task_id(event.task_arn)} of service "
        f"{event.service}, by {event.started_by_rollout}, started {event.since}{where}"
    )
