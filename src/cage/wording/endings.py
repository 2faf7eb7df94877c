"""Wording of what is more than a sentence: last words, findings, diagnoses."""

from __future__ import annotations

from collections import Counter

from cage import runbooks
from cage.model import events
from cage.model.outcome import (
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
    service_changed,
)
from cage.wording.words import duration, several, short


def ending(
    outcome: Outcome,
    service: str,
    counted: Availability | None = None,
    resume: str = "",
    canaries_left: tuple[str, ...] = (),
    operation: str = "rollout",
) -> tuple[str, ...]:
    """Return the last words: what happened, what to do, and whether the service was changed.

    Args:
        counted: How many targets were healthy throughout; told before the last line.
        resume: The command that carries on or cleans up; empty if nothing is left to do.
        canaries_left: ARNs of canary tasks that are left behind; empty for an unknown one.
        operation: What ended, as in `OperationStarted`.
    """
    *before, last = _ending(outcome, service)
    if operation == "resume" and not service_changed(outcome):
        # What the rollout that is resumed had done by then is another thing.
        last = last.replace("NOT changed.", "NOT changed by this run.")
    left = tuple(
        f"Canary task {arn} is left behind." if arn else "A canary task may be left behind."
        for arn in canaries_left
    )
    carry_on = (f"To carry on or to clean up: {resume}",) if resume else ()
    told = (*before, *_explained(outcome), *left, *carry_on)
    return (*told, *((availability(counted),) if counted else ()), last)


def last_words(event: events.OperationFinished) -> tuple[str, ...]:
    """Return the last words of the last event."""
    return ending(
        event.outcome,
        event.service,
        event.availability,
        event.resume,
        event.canaries_left,
        event.operation,
    )


def availability(counted: Availability) -> str:
    """Return in a line how many targets were healthy throughout."""
    things = "healthy targets" if counted.targets else "running tasks"
    text = (
        f"Fewest {things} seen: {counted.fewest_healthy}; {counted.healthy_before} at the "
        f"start, {counted.desired} desired, floor {counted.floor}"
    )
    if counted.below_floor_s:
        text += f", below it for {duration(counted.below_floor_s)}"
    if counted.targets:
        text += f"; fewest running tasks: {counted.fewest_running}"
    return f"{text}."


def _ending(outcome: Outcome, service: str) -> tuple[str, ...]:
    match outcome:
        case Promoted():
            runs = short(outcome.revision_arn)
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
                f"{short(outcome.revision_arn)} again.",
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
    """Return the findings in brief: how many, what wasn't checked, and errors and warnings."""
    count = Counter(f.severity for f in findings)
    unknown = dict.fromkeys(f.verification for f in findings if f.severity is Severity.NOT_CHECKED)
    which = {Severity.NOT_CHECKED: f" ({', '.join(unknown)})"}
    told = [
        f"{count[s]} {s.value.replace('-', ' ')}{which.get(s, '')}" for s in Severity if count[s]
    ]
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
        lines[0] += f", {several(found.tasks, 'task')} of the service: {found.message}"
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
    if found.of == "service":
        # A canary's cause is the reason of the ending, which names the runbook itself.
        lines += [f"    {line}" for line in _lines(runbooks.pointer(found.cause))]
    return lines


def _explained(outcome: Outcome) -> tuple[str, ...]:
    match outcome:
        case Aborted() | RolledBack() | Superseded() | Unproven():
            return _lines(runbooks.pointer(outcome.reason))
        case _:
            return ()


def _lines(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)
