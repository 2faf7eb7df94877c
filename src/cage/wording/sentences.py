"""One sentence for each event, for people who read a terminal or a CI log."""

from __future__ import annotations

from typing import assert_never

from cage.model import events
from cage.model.base import several, short
from cage.wording.endings import diagnosed, verified
from cage.wording.harmless import harmless_texts
from cage.wording.hooks import hook_ended, hook_started
from cage.wording.words import duration, group, task_id

_VERBS = {"up": "Creating", "rollback": "Rolling back", "resume": "Resuming the rollout of"}

_STANDS = {
    "unchanged": "it did not change the service",
    "ours": "it updated the service",
    "put-back": "it updated the service, which was rolled back since",
    "other": "someone else has changed the service since",
}


def sentence(event: events.Event) -> str | None:
    """Return the event as text; None if only programs need it."""
    event = harmless_texts(event)
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
            return f"  acquired lock {event.name} as {event.who}"
        case events.LockReleased():
            return f"  released lock {event.name}"
        case events.UnfinishedFound():
            who = event.left_by if " " in event.left_by else f"rollout {event.left_by}"
            return f"  {who} of {short(event.revision_arn)} did not finish: " + _STANDS.get(
                event.stand, event.stand
            )
        case events.RollbackChosen():
            return (
                f"  rolling back from {short(event.present_revision_arn)} to "
                f"{short(event.revision_arn)}: {event.why}"
            )
        case events.ServiceFound():
            groups = len(event.target_group_arns)
            behind = f", behind {several(groups, 'target group')}" if groups else ""
            return (
                f"  running {short(event.revision_arn)}, "
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
                return f"{event.signal} again: stopping the canary now; a third one ends cage"
            changed = "the service HAS been changed; " if event.service_changed else ""
            return (
                f"{event.signal}: {changed}cleaning up; "
                "send it again to stop the canary without draining"
            )
        case events.CallRetried():
            return f"    {event.operation} returned {event.code}; retrying"
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
                f"{event.removed} removed, {event.left} not removed."
            )
        case events.CanarySwept():
            return f"  removed canary task {task_id(event.task_arn)} of rollout {event.left_by}"
        case events.CanaryStarted():
            return f"  canary task {task_id(event.task_arn)} started {event.placement}"
        case events.CanaryRepeated():
            wait = duration(event.wait_s)
            return f"  {event.cause} is often temporary; starting another canary in {wait}"
        case events.ApprovalAwaited():
            ways = "".join(f"\n    {way}" for way in event.ways)
            gets = "is in its target groups" if event.canary_serves else "gets no requests"
            said = f"waiting for approval until {event.until}, then aborting"
            return f"  {said}; the canary {gets}:{ways}"
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
            where = group(event.target_group_arn)
            return f"  deregistered {event.target} from {where}{drain}"
        case events.CanaryStopped():
            return f"  canary task {task_id(event.task_arn)} stopped and cleaned up"
        case events.CleanUpFailed():
            left = "".join(f"\n    {line}" for line in event.left)
            return f"  NOT CLEANED UP ({event.why}):{left}"
        case _:
            assert_never(event)


def _of_deployment(event: events.DeploymentEvent) -> str:
    match event:
        case events.ServiceCreated():
            return f"  service created on {short(event.revision_arn)}"
        case events.ServiceUpdated():
            return f"  service updated to {short(event.revision_arn)}, {event.deployment_id}"
        case events.DeploymentProgressed():
            return _progress(event)
        case events.HookStarted():
            return hook_started(event)
        case events.HookEnded():
            return hook_ended(event)
        case events.DeploymentProven():
            return (
                f"  confirmed: {event.deployment_id} is completed, primary, and on "
                f"{short(event.revision_arn)}"
            )
        case events.DeploymentLost():
            return f"  {event.reason}: {event.message}"
        case _:
            assert_never(event)


def _progress(event: events.DeploymentProgressed) -> str:
    words = [event.rollout_state.lower().replace("_", " ") or "deploying"]
    if event.stage:
        words.append(event.stage.lower().replace("_", " "))
    if event.traffic_percent is not None:
        words.append(f"{event.traffic_percent:g}% of traffic")
    failed = f", {event.failed_tasks} failed in a row" if event.failed_tasks else ""
    return (
        f"    {', '.join(words)}: {event.running_count} of {event.desired_count} tasks running, "
        f"{event.pending_count} pending{failed}"
    )


def _found(event: events.CanaryFound) -> str:
    state = "alive" if event.alive else "DEAD"
    word = "until" if event.alive else "since"
    where = f"; registered as {', '.join(event.targets)}" if event.targets else ""
    return (
        f"  {state} {word} {event.alive_until}: canary task {task_id(event.task_arn)} of service "
        f"{event.service}, rollout {event.started_by_rollout}, started {event.since}{where}"
    )
