"""One wording for every event, for people who read a terminal or a CI log."""

from __future__ import annotations

from collections import Counter
from typing import assert_never

from cage import events
from cage.outcome import (
    Aborted,
    Availability,
    Diagnosis,
    Finding,
    Interrupted,
    NothingToDo,
    Outcome,
    Promoted,
    RolledBack,
    Severity,
    Superseded,
    Unproven,
)

_VERBS = {"up": "Creating", "rollback": "Rolling back", "resume": "Resuming the rollout of"}

_STANDS = {
    "unchanged": "the service is as it was",
    "ours": "it updated the service",
    "put-back": "it updated the service, which was put back since",
    "other": "somebody else changed the service since",
}


def sentence(event: events.Event) -> str | None:  # noqa: C901, PLR0912  one line a kind
    """Return the event as one line; None for what only programs want to know."""
    match event:
        case events.RolloutStarted():
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
                f"  {event.left_by} did not end its rollout of {_short(event.revision_arn)}: "
                + (_STANDS[event.stand])
            )
        case events.RollbackChosen():
            return (
                f"  from {_short(event.present_revision_arn)} back to "
                f"{_short(event.revision_arn)}: {event.why}"
            )
        case events.ServiceFound():
            groups = len(event.target_group_arns)
            behind = f", behind {_count(groups, 'target group')}" if groups else ""
            return (
                f"  it runs {_short(event.revision_arn)}, "
                f"{_count(event.desired_count, 'task')}{behind}"
            )
        case events.Verified():
            return "\n".join(verified(event.findings))
        case events.RevisionReady():
            return f"  {_short(event.revision_arn)} {'registered' if event.registered else 'found'}"
        case events.CanaryFound():
            return _found(event)
        case events.SweepFinished():
            return (
                f"{_count(event.found, 'canary task')} found: {event.alive} of live rollouts, "
                f"{event.taken_away} taken away, {event.left} left."
            )
        case events.CanarySwept():
            return f"  canary task {_id(event.task_arn)} of {event.left_by} taken away"
        case events.CanaryStarted():
            return f"  canary task {_id(event.task_arn)} started {event.placement}"
        case events.CanaryRepeated():
            return f"  {event.cause} may heal: another canary starts in {duration(event.wait_s)}"
        case events.WaitStarted():
            return f"  waiting for {event.what}, at most {duration(event.timeout_s)}"
        case events.WaitProgressed():
            return f"    {event.message}"
        case events.ApprovalAwaited():
            ways = "".join(f"\n    {way}" for way in event.ways)
            return f"  decide until {event.until}; else it is aborted:{ways}"
        case events.CheckPassed():
            return f"  passed {event.check}: {event.message}"
        case events.CommandEnded():
            said = "\n".join(f"    | {line}" for line in event.output)
            return said if event.exit_code != 0 else None
        case events.CheckFailed():
            word = "no answer from" if event.inconclusive else "FAILED"
            return f"  {word} {event.check}: {event.message}"
        case events.Diagnosed():
            return "\n".join(diagnosed(event.diagnosis))
        case events.CanaryRegistered():
            return f"  registered {event.target} in {_group(event.target_group_arn)}"
        case events.ServiceCreated():
            return f"  service created, on {_short(event.revision_arn)}"
        case events.ServiceUpdated():
            return f"  service updated to {_short(event.revision_arn)}, {event.deployment_id}"
        case events.DeploymentProgressed():
            return _progress(event)
        case events.DeploymentProven():
            return (
                f"  proven: {event.deployment_id} is completed, primary, and on "
                f"{_short(event.revision_arn)}"
            )
        case events.DeploymentLost():
            return f"  LOST {event.deployment_id} ({event.reason}): {event.message}"
        case events.CanaryDeregistered():
            drain = f", draining for {duration(event.drain_s)}" if event.drain_s else ""
            return f"  canary {event.target} leaves {_group(event.target_group_arn)}{drain}"
        case events.CanaryStopped():
            return f"  canary task {_id(event.task_arn)} has stopped; nothing is left of it"
        case events.CleanUpFailed():
            left = "".join(f"\n    {line}" for line in event.left)
            return f"  NOT CLEANED UP ({event.why}); left behind:{left}"
        case events.SignalReceived():
            if event.again:
                return f"{event.signal} again: giving up cleaning up"
            return f"{event.signal}: cleaning up; send it again to give up"
        case events.CallRetried():
            return f"    AWS answered {event.operation} with {event.code}; asking again"
        case events.RolloutFinished():
            return None
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
        f"  {state} {word} {event.alive_until}: canary task {_id(event.task_arn)} of service "
        f"{event.service}, by {event.started_by_rollout}, started {event.since}{where}"
    )


def ending(
    outcome: Outcome,
    service: str,
    counted: Availability | None = None,
    resume: str = "",
    canaries_left: tuple[str, ...] = (),
) -> tuple[str, ...]:
    """Return the last words: what happened, what to do, and whether the service was changed.

    Args:
        counted: How many targets were healthy throughout; told before the last line.
        resume: The command that carries on or cleans up; empty if nothing is left to do.
        canaries_left: ARNs of canary tasks that are left behind; empty for an unknown one.
    """
    *before, last = _ending(outcome, service)
    left = tuple(
        f"Canary task {arn} is left behind." if arn else "A canary task may be left behind."
        for arn in canaries_left
    )
    carry_on = (f"To carry on or to clean up: {resume}",) if resume else ()
    return (*before, *left, *carry_on, *((availability(counted),) if counted else ()), last)


def last_words(event: events.RolloutFinished, service: str) -> tuple[str, ...]:
    """Return the last words of the last event."""
    return ending(event.outcome, service, event.availability, event.resume, event.canaries_left)


def availability(counted: Availability) -> str:
    """Return in a line how many targets were healthy throughout."""
    things = "healthy targets" if counted.targets else "running tasks"
    text = (
        f"Never fewer than {counted.fewest_healthy} {things}: {counted.healthy_before} at the "
        f"start, {counted.desired} desired, floor {counted.floor}"
    )
    if counted.below_floor_s:
        text += f", below it for {duration(counted.below_floor_s)}"
    if counted.targets:
        text += f"; never fewer than {_count(counted.fewest_running, 'running task')}"
    return f"{text}."


def _ending(outcome: Outcome, service: str) -> tuple[str, ...]:
    match outcome:
        case Promoted():
            runs = _short(outcome.revision_arn)
            return (f"Service {service} was changed: it is proven to run {runs}.",)
        case Aborted():
            word = "Inconclusive" if outcome.inconclusive else "Aborted"
            return _lines(
                f"{word} in step {outcome.step}: {outcome.message}",
                outcome.remedy,
                f"Service {service} was NOT changed.",
            )
        case RolledBack():
            return _lines(
                f"Rolled back by {outcome.by}: {outcome.message}",
                outcome.remedy,
                f"Service {service} was changed and put back: it is proven to run "
                f"{_short(outcome.revision_arn)} again.",
            )
        case Superseded():
            return _lines(
                f"Not proven: {outcome.message}",
                outcome.remedy,
                f"Service {service} was changed, last by somebody else.",
            )
        case Unproven():
            return _lines(
                f"Not proven: {outcome.message}",
                outcome.remedy,
                f"Service {service} WAS changed, and is not proven to be well: look at it now.",
            )
        case Interrupted():
            changed = (
                f"Service {service} WAS changed; ECS goes on with the deployment: look at it now."
                if outcome.service_changed
                else f"Service {service} was NOT changed."
            )
            return _lines(f"Interrupted: {outcome.message}.", "", changed)
        case NothingToDo():
            return (
                f"Nothing to resume: {outcome.message}",
                f"Service {service} was NOT changed.",
            )


def verified(findings: tuple[Finding, ...]) -> list[str]:
    """Return the findings in brief: how many, and what is an error or a warning."""
    count = Counter(f.severity for f in findings)
    told = [f"{count[s]} {s.value.replace('-', ' ')}" for s in Severity if count[s]]
    grave = [f for f in findings if f.severity in {Severity.ERROR, Severity.WARNING}]
    return [
        f"  verified: {', '.join(told)}",
        *(f"    {line}" for f in grave for line in finding(f)),
    ]


def finding(found: Finding) -> list[str]:
    """Return a finding as one or two lines: what was found, and what mends it."""
    word = found.severity.value.replace("-", " ")
    first = f"{word:<11} {found.verification}: {found.message}"
    return [first, f"{'':<11} {found.remedy}"] if found.remedy else [first]


def diagnosed(found: Diagnosis) -> list[str]:
    """Return a diagnosis as lines: the cause, the container, its log, the service's events."""
    lines = [f"  cause: {found.cause}"]
    if found.of == "service":
        # The canary's own message has been told with its check.
        lines[0] += f", {_count(found.tasks, 'task')} of the service: {found.message}"
    if found.container and found.exit_code is not None:
        meaning = f" ({found.exit_meaning})" if found.exit_meaning else ""
        lines.append(f"    container {found.container} exited with {found.exit_code}{meaning}")
    elif found.container and found.exit_meaning:
        lines.append(f"    container {found.container} {found.exit_meaning}")
    if found.log:
        lines.append("    its log ends with:")
        lines += [f"    | {line}" for line in found.log]
    elif found.log_note:
        lines.append(f"    no log lines: {found.log_note}")
    if found.events:
        lines.append("    the service's events since the start:")
        lines += [f"    | {line}" for line in found.events]
    if found.remedy:
        lines.append(f"    remedy: {found.remedy}")
    return lines


def duration(seconds: float) -> str:
    """Return a duration in words, as `45 s`, `15 min` or `2 min 30 s`."""
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def _lines(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _short(arn: str) -> str:
    return arn.rpartition("/")[2]


def _id(arn: str) -> str:
    return arn.rpartition("/")[2][:12]


def _group(arn: str) -> str:
    parts = arn.split("/")
    return f"target group {parts[1]}" if len(parts) > 1 else arn
